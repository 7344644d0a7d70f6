package main

import (
	"net"
	"strings"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

const (
	block         = 1 << 18
	patternPeriod = 95 * 74 // RFC 864: lines of 72 out of 95 characters, and CR LF
	httpAnswer    = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 19\r\n\r\nHello from Nut/Net\n"
)

// listen serves each connection of a port in a goroutine of its own. gonet's own listening has a backlog of ten.
func listen(s *stack.Stack, port uint16, serve func(net.Conn)) {
	var queue waiter.Queue
	endpoint, err := s.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &queue)
	if err != nil {
		fail("endpoint", err)
	}
	if err := endpoint.Bind(tcpip.FullAddress{NIC: nic, Port: port}); err != nil {
		fail("bind", err)
	}
	if err := endpoint.Listen(4096); err != nil {
		fail("listen", err)
	}
	listener := gonet.NewTCPListener(s, &queue, endpoint)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				fail("accept", err)
			}
			go func() {
				defer connection.Close()
				serve(connection)
			}()
		}
	}()
}

func echo(connection net.Conn) {
	buffer := make([]byte, 2048)
	for {
		size, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:size]); err != nil {
			return
		}
	}
}

func discard(connection net.Conn) {
	buffer := make([]byte, block)
	for {
		if _, err := connection.Read(buffer); err != nil {
			return
		}
	}
}

func chargen(connection net.Conn) {
	pattern := make([]byte, patternPeriod+block)
	for i := range pattern {
		line, column := i/74%95, i%74
		switch column {
		case 72:
			pattern[i] = '\r'
		case 73:
			pattern[i] = '\n'
		default:
			pattern[i] = byte(' ' + (line+column)%95)
		}
	}
	for place := 0; ; {
		size, err := connection.Write(pattern[place : place+block])
		if err != nil {
			return
		}
		place = (place + size) % patternPeriod
	}
}

func answer(connection net.Conn) {
	buffer := make([]byte, 2048)
	used := 0
	for {
		size, err := connection.Read(buffer[used:])
		if err != nil {
			return
		}
		used += size
		request := string(buffer[:used])
		if !strings.HasSuffix(request, "\r\n\r\n") {
			continue
		}
		used = 0
		if _, err := connection.Write([]byte(httpAnswer)); err != nil || wantsEnd(request) {
			return
		}
	}
}

func echoDatagrams(s *stack.Stack, port uint16) {
	local := tcpip.FullAddress{NIC: nic, Port: port}
	connection, err := gonet.DialUDP(s, &local, nil, ipv4.ProtocolNumber)
	if err != nil {
		fail("UDP", err)
	}
	buffer := make([]byte, 2048)
	for {
		size, sender, err := connection.ReadFrom(buffer)
		if err != nil {
			fail("UDP", err)
		}
		// What cannot be sent is lost, as datagrams are.
		_, _ = connection.WriteTo(buffer[:size], sender)
	}
}
