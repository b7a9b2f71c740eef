package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// frame is one packet of a capture made for a test. gopacket builds its
// headers, so that the importer is not tested against our own writer.
type frame struct {
	fromServer bool
	seq, ack   uint32
	flags      string // of S A F R
	data       string
	cut        int // bytes the capture leaves out at the end
	port       uint16
}

// builder turns frames into packets of one link type.
type builder struct {
	link layers.LinkType
	ipv6 bool
}

func (b builder) packet(t testing.TB, f frame) []byte {
	t.Helper()
	client := layers.TCPPort(50000 + f.port)
	tcp := &layers.TCP{SrcPort: client, DstPort: 1935, Seq: f.seq, Ack: f.ack, Window: 512,
		SYN: strings.Contains(f.flags, "S"), ACK: strings.Contains(f.flags, "A"),
		FIN: strings.Contains(f.flags, "F"), RST: strings.Contains(f.flags, "R")}
	from, to := []byte{192, 0, 2, 1}, []byte{192, 0, 2, 2}
	if b.ipv6 {
		from, to = ap("[2001:db8::1]:0").Addr().AsSlice(), ap("[2001:db8::2]:0").Addr().AsSlice()
	}
	if f.fromServer {
		tcp.SrcPort, tcp.DstPort = tcp.DstPort, tcp.SrcPort
		from, to = to, from
	}
	stack := append(b.linkLayers(), b.network(from, to), tcp, gopacket.Payload(f.data))
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, stack...); err != nil {
		t.Fatal(err)
	}
	return append(b.rawLink(), buf.Bytes()...)
}

func (b builder) network(from, to []byte) gopacket.SerializableLayer {
	if b.ipv6 {
		return &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolTCP, HopLimit: 9, SrcIP: from, DstIP: to}
	}
	return &layers.IPv4{Version: 4, IHL: 5, TTL: 9, Protocol: layers.IPProtocolTCP, SrcIP: from, DstIP: to}
}

func (b builder) etherType() layers.EthernetType {
	if b.ipv6 {
		return layers.EthernetTypeIPv6
	}
	return layers.EthernetTypeIPv4
}

func (b builder) linkLayers() []gopacket.SerializableLayer {
	mac := []byte{2, 0, 0, 0, 0, 1}
	if b.link != layers.LinkTypeEthernet {
		return nil
	}
	return []gopacket.SerializableLayer{
		&layers.Ethernet{SrcMAC: mac, DstMAC: mac, EthernetType: layers.EthernetTypeQinQ},
		&layers.Dot1Q{VLANIdentifier: 7, Type: layers.EthernetTypeDot1Q},
		&layers.Dot1Q{VLANIdentifier: 8, Type: b.etherType()},
	}
}

// rawLink is the link header, written by hand, of types gopacket cannot write.
func (b builder) rawLink() []byte {
	kind := binary.BigEndian.AppendUint16(nil, uint16(b.etherType()))
	switch b.link {
	case layers.LinkTypeLinuxSLL:
		return append([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, kind...)
	case layers.LinkTypeLinuxSLL2:
		return append(kind, make([]byte, 18)...)
	case layers.LinkTypeNull:
		if b.ipv6 {
			return []byte{30, 0, 0, 0} // macOS, little endian
		}
		return []byte{2, 0, 0, 0}
	case layers.LinkTypeLoop:
		return []byte{0, 0, 0, 2}
	}
	return nil
}

// capture writes frames with pcapgo, one millisecond apart.
func (b builder) capture(t testing.TB, frames ...frame) *source.Memory {
	t.Helper()
	var out bytes.Buffer
	w, err := pcapgo.NewNgWriter(&out, b.link)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range frames {
		p := b.packet(t, f)
		ci := gopacket.CaptureInfo{Timestamp: start.Add(time.Duration(i) * time.Millisecond), Length: len(p), CaptureLength: len(p) - f.cut}
		if err := w.WritePacket(ci, p[:ci.CaptureLength]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return memory(out.Bytes())
}

// tell writes records in one line: c and s for the direction, the kind, the
// offset, and the data or the length.
func tell(all []kept) string {
	var words []string
	for _, r := range all {
		side := "c"
		if r.FromServer {
			side = "s"
		}
		w := fmt.Sprintf("%d%s:%s@%d", r.Conn, side, r.Kind, r.Offset)
		switch r.Kind {
		case Data:
			w += "=" + r.data
		case Gap:
			w += fmt.Sprintf("=%d", r.Length)
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// greeting is a TCP handshake with the initial sequence numbers 1000 and 9000.
var greeting = []frame{{seq: 1000, flags: "S"}, {fromServer: true, seq: 9000, ack: 1001, flags: "SA"}, {seq: 1001, ack: 9001, flags: "A"}}

func greeted(frames ...frame) []frame { return append(append([]frame(nil), greeting...), frames...) }
