package main

// A TAP as a link endpoint of gVisor's netstack. The library's own (fdbased) speaks the virtio header to sockets only,
// and so could not use a TAP's segmentation offload; this one does, and is as quick as the interface allows: frames are
// read into views that become the packet, sent with writev.

import (
	"fmt"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/bufferv2"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/rawfile"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

const (
	mtu           = 1500
	largestGSO    = 65535 - header.EthernetMinimumSize
	smallView     = 2048
	largeView     = 65536
	virtioSize    = 10
	needsChecksum = 1
	gsoTCP4       = 1
	tunChecksum   = 1 // of <linux/if_tun.h>
	tunTSO4       = 2
	tunTSOECN     = 8
)

type tap struct {
	fd         int
	offload    bool
	address    tcpip.LinkAddress
	dispatcher stack.NetworkDispatcher
	reading    sync.WaitGroup
}

// openTap makes the interface, or takes the one that exists.
func openTap(name string, offload bool) (*tap, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI | unix.IFF_VNET_HDR)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		return nil, fmt.Errorf("TUNSETIFF: %w", err)
	}
	features := 0
	if offload {
		features = tunChecksum | tunTSO4 | tunTSOECN
	}
	if err := unix.IoctlSetInt(fd, unix.TUNSETOFFLOAD, features); err != nil {
		return nil, fmt.Errorf("TUNSETOFFLOAD: %w", err)
	}
	return &tap{fd: fd, offload: offload, address: "\x02NUT\x00\x03"}, nil
}

func (t *tap) MTU() uint32                             { return mtu }
func (t *tap) MaxHeaderLength() uint16                 { return header.EthernetMinimumSize }
func (t *tap) LinkAddress() tcpip.LinkAddress          { return t.address }
func (t *tap) ARPHardwareType() header.ARPHardwareType { return header.ARPHardwareEther }
func (t *tap) IsAttached() bool                        { return t.dispatcher != nil }
func (t *tap) Wait()                                   { t.reading.Wait() }
func (t *tap) Capabilities() stack.LinkEndpointCapabilities {
	capabilities := stack.LinkEndpointCapabilities(stack.CapabilityResolutionRequired)
	if t.offload {
		// Not for sending: the stack would leave out checksums where it gives no GSO options to say so.
		capabilities |= stack.CapabilityRXChecksumOffload
	}
	return capabilities
}

func (t *tap) GSOMaxSize() uint32 {
	if t.offload {
		return largestGSO
	}
	return 0
}

func (t *tap) SupportedGSO() stack.SupportedGSO {
	if t.offload {
		return stack.HostGSOSupported
	}
	return stack.GSONotSupported
}

func (t *tap) Attach(dispatcher stack.NetworkDispatcher) {
	t.dispatcher = dispatcher
	if dispatcher == nil {
		return
	}
	t.reading.Add(1)
	go t.read()
}

func (t *tap) AddHeader(packet stack.PacketBufferPtr) {
	header.Ethernet(packet.LinkHeader().Push(header.EthernetMinimumSize)).Encode(&header.EthernetFields{
		SrcAddr: packet.EgressRoute.LocalLinkAddress,
		DstAddr: packet.EgressRoute.RemoteLinkAddress,
		Type:    packet.NetworkProtocolNumber,
	})
}

func (t *tap) read() {
	defer t.reading.Done()
	var virtio [virtioSize]byte
	small, large := bufferv2.NewViewSize(smallView), bufferv2.NewViewSize(largeView)
	iovecs := make([]unix.Iovec, 3)
	for {
		iovecs[0] = rawfile.IovecFromBytes(virtio[:])
		iovecs[1] = rawfile.IovecFromBytes(small.AsSlice())
		iovecs[2] = rawfile.IovecFromBytes(large.AsSlice())
		size, err := rawfile.BlockingReadvUntilStopped(-1, t.fd, iovecs)
		if err != nil {
			return
		}
		size -= virtioSize
		frame := bufferv2.MakeWithView(small)
		small = bufferv2.NewViewSize(smallView)
		if size > smallView {
			frame.Append(large)
			large = bufferv2.NewViewSize(largeView)
		}
		frame.Truncate(int64(size))
		packet := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: frame})
		if link, ok := packet.LinkHeader().Consume(header.EthernetMinimumSize); ok {
			t.dispatcher.DeliverNetworkPacket(header.Ethernet(link).Type(), packet)
		}
		packet.DecRef()
	}
}

func (t *tap) WritePackets(packets stack.PacketBufferList) (int, tcpip.Error) {
	written := 0
	for _, packet := range packets.AsSlice() {
		if err := t.write(packet); err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}

func (t *tap) write(packet stack.PacketBufferPtr) tcpip.Error {
	var virtio struct {
		flags, gso                                uint8
		headerSize, gsoSize, checkStart, checkOff uint16
	}
	if options := packet.GSOOptions; options.Type != stack.GSONone {
		virtio.headerSize = uint16(packet.HeaderSize())
		if options.NeedsCsum {
			virtio.flags = needsChecksum
			virtio.checkStart = header.EthernetMinimumSize + options.L3HdrLen
			virtio.checkOff = options.CsumOffset
		}
		if packet.Data().Size() > int(options.MSS) {
			virtio.gso, virtio.gsoSize = gsoTCP4, options.MSS
		}
	}
	var space [8]unix.Iovec
	iovecs := rawfile.AppendIovecFromBytes(space[:0], (*[virtioSize]byte)(unsafe.Pointer(&virtio))[:], rawfile.MaxIovs)
	for _, part := range packet.AsSlices() {
		iovecs = rawfile.AppendIovecFromBytes(iovecs, part, rawfile.MaxIovs)
	}
	return rawfile.NonBlockingWriteIovec(t.fd, iovecs)
}
