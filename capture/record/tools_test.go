package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestChecksumsAndLengths lets gopacket compute what the writer computed.
func TestChecksumsAndLengths(t *testing.T) {
	m := recording(t, told.Script(rand.New(rand.NewPCG(5, 5)), 6, 80))
	r, err := pcapgo.NewNgReader(bytes.NewReader(m.Bytes()), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	packets := 0
	for {
		data, ci, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(data) > 65535 || ci.Length != len(data) {
			t.Fatal(err, len(data), ci)
		}
		checkPacket(t, data)
		packets++
	}
	stats, err := r.Interface(0)
	if err != nil || stats.Statistics.PacketsReceived != uint64(packets) || stats.Statistics.PacketsDropped == 0 {
		t.Errorf("%d packets; statistics %+v, %v", packets, stats.Statistics, err)
	}
}

func checkPacket(t *testing.T, data []byte) {
	t.Helper()
	first := layers.LayerTypeIPv4
	if data[0]>>4 == 6 {
		first = layers.LayerTypeIPv6
	}
	p := gopacket.NewPacket(data, first, gopacket.Default)
	if p.ErrorLayer() != nil {
		t.Fatal(p.ErrorLayer().Error())
	}
	tcp := p.Layer(layers.LayerTypeTCP).(*layers.TCP)
	if err := tcp.SetNetworkLayerForChecksum(p.NetworkLayer()); err != nil {
		t.Fatal(err)
	}
	stack := []gopacket.SerializableLayer{p.NetworkLayer().(gopacket.SerializableLayer), tcp, gopacket.Payload(tcp.Payload)}
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), data) {
		t.Fatalf("gopacket writes % x\nwe wrote       % x", buf.Bytes()[:60], data[:min(60, len(data))])
	}
}

func save(t *testing.T, m *source.Memory) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recording.pcapng")
	if err := os.WriteFile(path, m.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTsharkSeesNothingOdd(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(11, 2)), 7, 150)
	var whole []told.Call
	for _, c := range calls {
		if c.Kind != capture.Gap {
			whole = append(whole, c)
		}
	}
	path := save(t, recording(t, whole))
	odd := told.Tshark(t, path, "-Y", "tcp.analysis.flags or _ws.malformed or tcp.checksum.status == 0 or ip.checksum.status == 0 or _ws.expert.severity >= 6291456")
	if odd != "" && !onlyResets(odd) {
		t.Errorf("tshark finds odd packets:\n%s", odd)
	}
	streams := told.Tshark(t, path, "-Y", "tcp.flags.syn == 1 and tcp.flags.ack == 0", "-T", "fields", "-e", "tcp.stream")
	if want := "0\n1\n2\n3\n4\n5\n6"; streams != want {
		t.Errorf("streams %q, want %q", streams, want)
	}
	if got := told.Tshark(t, path, "-Y", "frame.comment contains \"upstream refused\"", "-T", "fields", "-e", "frame.comment"); got != "rtmpscope: upstream refused the connection" {
		t.Errorf("comment %q", got)
	}
}

// onlyResets allows the warning that every RST earns.
func onlyResets(lines string) bool {
	for line := range strings.Lines(lines) {
		if !strings.Contains(line, "[RST") || strings.Contains(line, "[TCP ") {
			return false
		}
	}
	return true
}

func TestTsharkNamesTheGap(t *testing.T) {
	path := save(t, recording(t, []told.Call{
		{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")},
		{Kind: capture.Data, At: told.Start, Data: []byte("hello")},
		{Kind: capture.Gap, At: told.Start, N: 4321},
		{Kind: capture.Data, At: told.Start, Data: []byte("again")},
	}))
	got := told.Tshark(t, path, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment", "-e", "tcp.seq", "-e", "tcp.len")
	if want := "rtmpscope: 4321 bytes from the client were relayed but not recorded\t4327\t0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTsharkSeesTheSameRTMP records a real session again and compares what
// tshark says of both files.
func TestTsharkSeesTheSameRTMP(t *testing.T) {
	original := filepath.Join(told.Captures, "ffmpeg5__nginx__publish_badname.pcapng")
	again := save(t, rerecord(t, told.ReadFile(t, original)))
	args := []string{"-d", "tcp.port==1935,rtmpt", "-Y", "amf.string", "-T", "fields", "-e", "tcp.stream", "-e", "rtmpt.header.typeid", "-e", "amf.string"}
	want, got := told.Tshark(t, original, args...), told.Tshark(t, again, args...)
	if want != got {
		t.Errorf("tshark says of the recording\n%s\nand of the original\n%s", got, want)
	}
	for _, name := range []string{"connect", "createStream", "publish", "NetStream.Publish.BadName"} {
		if !strings.Contains(got, name) {
			t.Errorf("%s is not in\n%s", name, got)
		}
	}
}

// rerecord writes records through a Recorder.
func rerecord(t *testing.T, all []told.Kept) *source.Memory {
	t.Helper()
	var calls []told.Call
	for _, r := range all {
		calls = append(calls, told.Call{Kind: r.Kind, ID: uint64(r.Conn), FromServer: r.FromServer, At: r.Time,
			Data: []byte(r.Text), N: r.Length, Reason: r.Reason, Client: r.Client, Server: r.Server})
	}
	return recording(t, calls)
}

func BenchmarkRecorderData(b *testing.B) {
	rec, err := New(io.Discard, Options{})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	if err := rec.Open(1, now, now, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")); err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{1448, 32 << 10} {
		p := make([]byte, size)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := rec.Data(1, false, now, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReader(b *testing.B) {
	for _, size := range []int{1448, 32 << 10} {
		calls := []told.Call{{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}}
		for range 4096 {
			calls = append(calls, told.Call{Kind: capture.Data, At: told.Start, Data: make([]byte, size)})
		}
		m := recording(b, calls)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			benchmarkNext(b, m)
		})
	}
}

func benchmarkNext(b *testing.B, src source.Source) {
	var r *capture.Reader
	for b.Loop() {
		if r == nil {
			r, _ = capture.NewReader(src)
		}
		if _, err := r.Next(); err != nil {
			r = nil
		}
	}
}

// TestNoAllocationForAPacket guards the paths every relayed byte takes.
func TestNoAllocationForAPacket(t *testing.T) {
	rec, err := New(io.Discard, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1400)
	if n := testing.AllocsPerRun(500, func() { rec.Data(1, true, told.Start, p) }); n > 0 {
		t.Errorf("recording a packet allocates %v times", n)
	}
}
