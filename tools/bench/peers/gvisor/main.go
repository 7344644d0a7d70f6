// gvisor_node: echo, discard, chargen, UDP echo and a fixed HTTP answer on gVisor's netstack over a TAP: what the node is
// measured beside. Usage: gvisor_node [--threads N] [--offload] TAP ADDRESS; prints READY once it is attached.
//
// It is Debian's golang-gvisor-gvisor-dev with the library's defaults, but buffers of 1 to 8 MiB, SACK, and a collector of
// garbage that starts at four times the heap in use instead of two.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

const nic = 1

func fail(what string, why any) {
	fmt.Fprintf(os.Stderr, "gvisor_node: %s: %v\n", what, why)
	os.Exit(71)
}

func newStack(link stack.LinkEndpoint, address tcpip.Address) *stack.Stack {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4},
	})
	receive := tcpip.TCPReceiveBufferSizeRangeOption{Min: 4096, Default: 1 << 20, Max: 8 << 20}
	send := tcpip.TCPSendBufferSizeRangeOption{Min: 4096, Default: 1 << 20, Max: 8 << 20}
	sack := tcpip.TCPSACKEnabled(true)
	for _, option := range []tcpip.SettableTransportProtocolOption{&receive, &send, &sack} {
		if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, option); err != nil {
			fail("option", err)
		}
	}
	if err := s.CreateNIC(nic, link); err != nil {
		fail("interface", err)
	}
	whole := tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddressWithPrefix{Address: address, PrefixLen: 24},
	}
	if err := s.AddProtocolAddress(nic, whole, stack.AddressProperties{}); err != nil {
		fail("address", err)
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	return s
}

func main() {
	threads := flag.Int("threads", 2, "as GOMAXPROCS")
	offload := flag.Bool("offload", false, "segmentation offload of the device")
	flag.Parse()
	address := net.ParseIP(flag.Arg(1)).To4()
	if flag.NArg() != 2 || address == nil {
		fmt.Fprintln(os.Stderr, "usage: gvisor_node [--threads N] [--offload] TAP ADDRESS")
		os.Exit(64)
	}
	runtime.GOMAXPROCS(*threads)
	debug.SetGCPercent(400)
	link, err := openTap(flag.Arg(0), *offload)
	if err != nil {
		fail(flag.Arg(0), err)
	}
	s := newStack(link, tcpip.Address(address))
	listen(s, 7, echo)
	listen(s, 9, discard)
	listen(s, 19, chargen)
	listen(s, 80, answer)
	go echoDatagrams(s, 7)
	fmt.Println("READY")
	select {}
}

// wantsEnd: HTTP/1.0 without keep-alive, as ab asks.
func wantsEnd(request string) bool {
	return strings.Contains(request, "HTTP/1.0\r\n") && !strings.Contains(request, "eep-")
}
