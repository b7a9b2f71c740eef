package capture

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// overheard notes what both ends of a connection wrote, in order.
type overheard struct {
	mu     sync.Mutex
	writes []tlsWrite
}

type tlsWrite struct {
	fromServer bool
	data       []byte
}

// tapped is one end of a connection, on which everything written is noted.
type tapped struct {
	net.Conn
	wire       *overheard
	fromServer bool
}

func (c tapped) Write(p []byte) (int, error) {
	c.wire.mu.Lock()
	c.wire.writes = append(c.wire.writes, tlsWrite{c.fromServer, bytes.Clone(p)})
	c.wire.mu.Unlock()
	return c.Conn.Write(p)
}

// hushed is what the client says in a secret connection, and what the server answers.
var hushed = [2]string{"\x03\x00\x00\x00\x00\x09\x00\x7c\x02" + strings.Repeat("client", 9000), "\x03" + strings.Repeat("server", 7000)}

// tlsSession runs a real TLS session, and returns its records and key log.
func tlsSession(t *testing.T, client *tls.Config) (*overheard, []byte) {
	t.Helper()
	var keys bytes.Buffer
	w := &overheard{}
	a, b := net.Pipe()
	client = client.Clone()
	client.KeyLogWriter, client.InsecureSkipVerify, client.ServerName = &keys, true, "live.example.com"
	c := tls.Client(tapped{a, w, false}, client)
	s := tls.Server(tapped{b, w, true}, &tls.Config{Certificates: []tls.Certificate{need.Certificate(t, "live.example.com")}, CipherSuites: client.CipherSuites})
	failed := make(chan error, 1)
	go func() { failed <- converse(s, hushed[0], hushed[1]) }()
	if _, err := io.WriteString(c, hushed[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, len(hushed[1]))); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return &overheard{writes: w.writes}, keys.Bytes()
}

// converse reads what is asked and answers.
func converse(c net.Conn, ask, reply string) error {
	if _, err := io.ReadFull(c, make([]byte, len(ask))); err != nil {
		return err
	}
	_, err := io.WriteString(c, reply)
	return err
}

// capture makes packets of at most 1000 bytes from what was written.
func (w *overheard) frames() []frame {
	k := new(talk).open(0)
	for _, one := range w.writes {
		for p := one.data; len(p) > 0; p = p[min(len(p), 1000):] {
			k.say(0, one.fromServer, string(p[:min(len(p), 1000)]))
		}
	}
	return k.fin(0, false).fin(0, true).frames
}

// toPort gives the server of a raw IP capture file another port.
func toPort(t *testing.T, frames []frame, port uint16) []byte {
	t.Helper()
	var packets []ipPacket
	for i, f := range frames {
		p := builder{link: 101}.packet(t, f)
		at := 22
		if f.fromServer {
			at = 20
		}
		binary.BigEndian.PutUint16(p[at:], port)
		packets = append(packets, ipPacket{start.Add(time.Duration(i) * time.Millisecond), p})
	}
	return pcapFile(binary.LittleEndian, pcapNano, 101, time.Nanosecond, packets, wrappings[0].wrap)
}

func saveBytes(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// spoken is the data of each direction, which must have no gaps.
func spoken(t *testing.T, all []kept) (said [2]string) {
	t.Helper()
	for _, r := range all {
		if r.Kind == Gap || r.Conn != 1 {
			t.Errorf("%+v", r.Record)
		}
		said[index(r.FromServer)] += r.data
	}
	return said
}

var tlsKinds = map[string]*tls.Config{
	"TLS 1.3":          {MinVersion: tls.VersionTLS13},
	"TLS 1.2 AES-128":  {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}},
	"TLS 1.2 AES-256":  {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}},
	"TLS 1.2 ChaCha20": {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}},
}

func TestTLSIsDecryptedWithItsKeyLog(t *testing.T) {
	t.Parallel()
	for name, config := range tlsKinds {
		t.Run(name, func(t *testing.T) {
			w, keys := tlsSession(t, config)
			file := toPort(t, w.frames(), 443)
			path := saveBytes(t, "tls.pcap", file)
			if err := os.WriteFile(path+".keylog", append([]byte("# comment\nnonsense\n"), keys...), 0o600); err != nil {
				t.Fatal(err)
			}
			in := openInput(t, path, OpenOptions{})
			all := readMemory(t, in)
			if said := spoken(t, all); said != hushed {
				t.Errorf("%d and %d bytes, want %d and %d", len(said[0]), len(said[1]), len(hushed[0]), len(hushed[1]))
			}
			if !strings.HasPrefix(all[0].Reason, name[:7]+" to live.example.com, decrypted") {
				t.Error(all[0].Reason)
			}
			if usable := checkMarks(t, in, 5); usable != len(all) {
				t.Errorf("%d of %d places can be marked", usable, len(all))
			}
			tsharkAgrees(t, path, keys)
		})
	}
}

// tsharkAgrees compares with tshark's decryption; it comes last, since it ends
// the test where there is no tshark.
func tsharkAgrees(t *testing.T, path string, keys []byte) {
	t.Helper()
	out, err := exec.Command(need.Program(t, "tshark"), "-r", path, "-o", "tls.keylog_file:"+saveBytes(t, "keys", keys), "-q", "-z", "follow,tls,raw,0").Output()
	if err != nil {
		t.Fatal(err)
	}
	// What the second node said begins with a tab; the client is the one that
	// speaks first.
	sides := map[bool]string{}
	var first *bool
	for line := range strings.Lines(string(out)) {
		b, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil || len(b) == 0 {
			continue
		}
		second := line[0] == '\t'
		if first == nil {
			first = &second
		}
		sides[second] += string(b)
	}
	if first == nil || sides[*first] != hushed[0] || sides[!*first] != hushed[1] {
		t.Errorf("tshark decrypts %d and %d bytes", len(sides[false]), len(sides[true]))
	}
}

func TestTLSSecretsInTheFile(t *testing.T) {
	w, keys := tlsSession(t, tlsKinds["TLS 1.3"])
	secrets := append(words(secretsTLS, uint32(len(keys))), keys...)
	file := append(append([]byte(nil), sectionBlock...), honest(pcapng.KindInterface, words(101, 0))...)
	file = append(file, honest(pcapng.KindSecrets, append(secrets, make([]byte, -len(secrets)&3)...))...)
	for _, f := range w.frames() {
		p := builder{link: 101}.packet(t, f)
		body := append(words(0, 0, 0, uint32(len(p)), uint32(len(p))), p...)
		file = append(file, honest(pcapng.KindEnhanced, append(body, make([]byte, -len(body)&3)...))...)
	}
	if said := spoken(t, readMemory(t, memory(file))); said != hushed {
		t.Errorf("%d and %d bytes", len(said[0]), len(said[1]))
	}
}

func TestTLSWithoutKeys(t *testing.T) {
	w, _ := tlsSession(t, tlsKinds["TLS 1.3"])
	for _, c := range []struct {
		port uint16
		o    OpenOptions
		want bool
	}{{443, OpenOptions{}, false}, {1935, OpenOptions{}, true}, {443, OpenOptions{AllTCP: true}, true},
		{443, OpenOptions{Ports: []uint16{443}}, true}, {1935, OpenOptions{Ports: []uint16{443}}, false}} {
		in := openInput(t, saveBytes(t, "tls.pcap", toPort(t, w.frames(), c.port)), c.o)
		all := readMemory(t, in)
		if (len(all) > 0) != c.want {
			t.Errorf("port %d, %+v: %d records", c.port, c.o, len(all))
		}
		if c.want && all[0].Reason != "TLS 1.3 to live.example.com, which cannot be read without a key log" {
			t.Error(all[0].Reason)
		}
	}
}

// TestTLSInventsNothing damages a decrypted session: what is told must be a
// prefix of what was said, and then a gap.
func TestTLSInventsNothing(t *testing.T) {
	for name, config := range tlsKinds {
		w, keys := tlsSession(t, config)
		frames := w.frames()
		for lost := 3; lost < len(frames)-2; lost += 7 {
			file := toPort(t, append(append([]frame(nil), frames[:lost]...), frames[lost+1:]...), 1935)
			path := saveBytes(t, "tls.pcap", file)
			all := readMemory(t, openInput(t, path, OpenOptions{KeyLog: saveBytes(t, "keys", keys)}))
			if !strings.Contains(all[0].Reason, "decrypted") {
				continue // it was lost before the keys were known: told as it is
			}
			var said [2]string
			for _, r := range all {
				said[index(r.FromServer)] += r.data
			}
			if !strings.HasPrefix(hushed[0], said[0]) || !strings.HasPrefix(hushed[1], said[1]) || said == hushed {
				t.Errorf("%s without packet %d: %d and %d bytes", name, lost, len(said[0]), len(said[1]))
			}
		}
	}
}

// TestTLSThatCannotBeFollowedIsToldAsItIs cuts holes into the beginning of an
// encrypted session: all that was captured is told, and nothing else.
func TestTLSThatCannotBeFollowedIsToldAsItIs(t *testing.T) {
	w, keys := tlsSession(t, tlsKinds["TLS 1.3"])
	frames := w.frames()
	want := 0
	for _, f := range frames {
		want += len(f.data)
	}
	for first := range 6 {
		for lost := 1; lost < 4; lost++ {
			kept := append(append([]frame(nil), frames[:first]...), frames[first+lost:]...)
			missing := 0
			for _, f := range frames[first : first+lost] {
				missing += len(f.data)
			}
			path := saveBytes(t, "tls.pcap", toPort(t, kept, 1935))
			all := readMemory(t, openInput(t, path, OpenOptions{KeyLog: saveBytes(t, "keys", keys)}))
			told := 0
			for _, r := range all {
				told += len(r.data)
			}
			if !strings.Contains(all[0].Reason, "decrypted") && told != want-missing {
				t.Errorf("without packets %d to %d: %d bytes told, %d captured", first, first+lost-1, told, want-missing)
			}
		}
	}
}
