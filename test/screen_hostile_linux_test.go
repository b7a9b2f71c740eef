package peers

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// attack is text that would take a terminal over if it reached it: the
// clipboard, the title, a colour that nothing else has, the 8-bit forms of both,
// text that runs backwards, tview's tags, and what ends a string early. The name
// says which field it came from.
func attack(name string) string {
	return name + "\x1b]52;c;WlpaWg==\aZ\x1b]0;ZZZ\a\x1b[38;5;201mZZZ\x1b[2J\u009b31mZ\u009d0;ZZ\u009c\u202eZZ\u2066[red]Z[:::https://zzz.example]Z[\"r\"]\b\r\x00\x7f\x1bc"
}

// drawn reports whether the beginning of an attack is drawn as it must be, its
// escape character in letters.
func drawn(text, name string) bool { return strings.Contains(text, name+`\e]52;c;`) }

// AMF0, as far as it is needed, from its specification (AMF 0 §2): our own
// encoder has no part in what tests our own screen.

func amfString(s string) []byte { return append([]byte{2}, amfName(s)...) }

func amfName(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

func amfNumber(f float64) []byte {
	return binary.BigEndian.AppendUint64([]byte{0}, math.Float64bits(f))
}

func amfObject(pairs ...string) []byte {
	b := []byte{3}
	for i := 0; i < len(pairs); i += 2 {
		b = append(append(b, amfName(pairs[i])...), amfString(pairs[i+1])...)
	}
	return append(b, 0, 0, 9)
}

// message is one RTMP message in chunks of 128 bytes with a header of format 0
// and then of format 3 (RTMP 1.0 §5.3.1).
func message(kind, stream byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	b := []byte{3, 0, 0, 0, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body)), kind, stream, 0, 0, 0}
	for len(body) > 128 {
		b = append(append(b, body[:128]...), 0xc3)
		body = body[128:]
	}
	return append(b, body...)
}

var amfNull = []byte{5}

// clientSays are the messages of a client that attacks in every text of its own.
func clientSays() [][]byte {
	return [][]byte{
		message(20, 0, amfString("connect"), amfNumber(1), amfObject("app", attack("app"), "tcUrl", attack("tcurl"),
			"flashVer", attack("flash"), attack("member"), attack("value"))),
		message(20, 0, amfString(attack("unknown")), amfNumber(2), amfNull, amfString(attack("argument"))),
		message(20, 0, amfString("createStream"), amfNumber(3), amfNull),
		message(20, 1, amfString("publish"), amfNumber(4), amfNull, amfString(attack("stream")), amfString(attack("kind"))),
		message(18, 1, amfString("@setDataFrame"), amfString("onMetaData"), amfObject("encoder", attack("encoder"), attack("key"), attack("meta"))),
		message(18, 1, amfString(attack("data"))),
	}
}

// serverSays are the answers of a server that does the same.
func serverSays() [][]byte {
	status := func(name string) []byte {
		return amfObject("level", attack("level"), "code", "NetConnection.Connect.Success", "description", attack(name), "fmsVer", attack("fms"))
	}
	return [][]byte{
		message(20, 0, amfString("_result"), amfNumber(1), amfObject("fmsVer", attack("fms")), status("description")),
		message(20, 0, amfString("_error"), amfNumber(2), amfNull, status("refusal")),
		message(20, 0, amfString("_result"), amfNumber(3), amfNull, amfNumber(1)),
		message(20, 1, amfString("onStatus"), amfNumber(0), amfNull,
			amfObject("level", "error", "code", attack("code"), "description", attack("denied"))),
	}
}

// attackers run a client and a server that say all that through the program, and
// keep their connection open until the test ends.
func attackers(t *testing.T, start func(upstream string) (listen string)) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	served := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			served <- err
			return
		}
		t.Cleanup(func() { conn.Close() })
		served <- converse(conn, make([]byte, 1537), append([]byte{3}, make([]byte, 3072)...), make([]byte, 1536), serverSays())
	}()
	conn, err := net.Dial("tcp", start(l.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := conn.Write(append([]byte{3}, make([]byte, 1536)...)); err != nil {
		t.Fatal(err)
	}
	if err := converse(conn, make([]byte, 3073), make([]byte, 1536), nil, clientSays()); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Fatal(err)
	}
}

// converse reads the peer's half of the handshake, writes one's own, reads the
// rest of it and says the messages.
func converse(conn net.Conn, hear, answer, rest []byte, say [][]byte) error {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := io.ReadFull(conn, hear); err != nil {
		return err
	}
	if _, err := conn.Write(answer); err != nil {
		return err
	}
	if _, err := io.ReadFull(conn, rest); err != nil {
		return err
	}
	_, err := conn.Write(bytes.Join(say, nil))
	return err
}

// TestScreenHostile lets a client and a server attack the terminal, live and from
// the file, with credentials masked and shown, and wants their texts visible and
// the bytes to the terminal free of them.
func TestScreenHostile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "live.pcapng")
	var live *window
	attackers(t, func(upstream string) string {
		live = onScreen(t, 200, 60, "proxy", "-l", "127.0.0.1:0", "-w", file, "--show-secrets", "--drain-timeout", "10ms", "rtmp://"+upstream)
		return live.listens()
	})
	live.shows("publish", "onStatus", "@setDataFrame")
	live.inspect("app", "tcurl", "flash", "member", "value", "unknown", "argument", "stream", "encoder", "key", "meta", "data",
		"description", "refusal", "code", "denied", "fms")
	live.press("Ctrl-C")
	live.ended()
	live.harmless()
	for _, more := range [][]string{{}, {"--show-secrets"}, {"--ascii"}} {
		w := onScreen(t, 120, 40, append([]string{"open", foreign(t, file)}, more...)...)
		w.shows("onStatus", `note\e]52;c;`)
		w.inspect("argument", "encoder", "key", "meta", "description", "denied", "reason")
		w.press("Ctrl-C")
		w.ended()
		w.harmless()
	}
}

// inspect opens every row and page of the session, and wants the texts of all the
// named fields on the screen at some time.
func (w *window) inspect(names ...string) {
	w.t.Helper()
	missing := map[string]bool{}
	for _, n := range names {
		missing[n] = true
	}
	look := func(s *terminal.Screen) bool {
		text := s.String()
		for n := range missing {
			if drawn(text, n) {
				delete(missing, n)
			}
		}
		return len(missing) == 0
	}
	visit := func(shows string, keys ...string) {
		w.press(keys...)
		w.shows(shows)
		w.Await(0, look)
	}
	visit("2 Timeline", "2", "g")
	visit("3 Detail", "j", "Enter", "Z")
	for _, patience := range []time.Duration{20 * time.Millisecond, 200 * time.Millisecond, time.Second} { // a busy machine draws late
		if w.leafThrough(patience, look); len(missing) == 0 {
			break
		}
	}
	for _, page := range []string{"4", "5", "6", "7", "?"} {
		visit("rtmpscope", page)
	}
	if len(missing) > 0 {
		w.t.Errorf("never drawn: %v\n%s", missing, w.Text())
	}
}

// leafThrough opens each row in turn and goes through its fields, for as long as
// look has not seen all that it wants.
func (w *window) leafThrough(patience time.Duration, look func(*terminal.Screen) bool) {
	w.t.Helper()
	for row := 1; row < 100; row++ {
		w.press(":", fmt.Sprint(row), "Enter")
		over := false
		w.until("the row, or that there is none", func(s *terminal.Screen) bool {
			text := s.String()
			// There is a first row: what still says otherwise is left from the pass before.
			over = row > 1 && strings.Contains(text, "there is no such row")
			return over || strings.Contains(text, fmt.Sprintf("#%d ", row))
		})
		if over {
			return
		}
		w.Await(patience, look)
		for range 3 { // through the fields, so that all come into sight
			w.press("3", "PgDn")
			w.Await(patience, look)
		}
		w.press("x")
	}
}

// harmless wants nothing on the terminal that came from the wire but its text.
func (w *window) harmless() {
	w.t.Helper()
	w.restored()
	w.Look(func(s *terminal.Screen) {
		for seq := range s.Sequences {
			if strings.Contains(seq, "201") || strings.Contains(seq, "Z") {
				w.t.Errorf("the sequence %q came from the wire", seq)
			}
		}
		if len(s.Copied) > 0 {
			w.t.Errorf("the clipboard was set: %q", s.Copied)
		}
	})
}

// foreign writes a copy of a capture with comments on each packet: one as a
// person writes it in another program, a reason as rtmpscope does, and in the end
// a note.
func foreign(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	words, err := json.Marshal(attack("note"))
	if err != nil {
		t.Fatal(err)
	}
	note := `rtmpscope:{"note":{"id":"a","kind":"note","conn":1,"from":"client","offset":3073,"text":` + string(words) + `,"at":"2026-01-01T00:00:00Z"}}`
	var blocks [][]byte
	last := 0 // packet, which lies behind the row that the note is about
	for len(data) > 0 {
		n := binary.LittleEndian.Uint32(data[4:])
		if data[0] == 6 {
			last = len(blocks)
		}
		blocks = append(blocks, data[:n])
		data = data[n:]
	}
	for i, b := range blocks {
		comments := []string{attack("comment"), "rtmpscope: " + attack("reason")}
		if i == last {
			comments = append(comments, note)
		}
		blocks[i] = commented(b, comments...)
	}
	path := filepath.Join(t.TempDir(), "foreign.pcapng")
	if err := os.WriteFile(path, bytes.Join(blocks, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// commented is a block of a pcapng file with other options when it is a packet
// (draft-ietf-opsawg-pcapng §4.3): type 6, and the length of the data at byte 20.
func commented(block []byte, comments ...string) []byte {
	if binary.LittleEndian.Uint32(block) != 6 {
		return block
	}
	packet := 28 + (binary.LittleEndian.Uint32(block[20:])+3)&^3
	b := bytes.Clone(block[:packet])
	for _, c := range comments {
		b = binary.LittleEndian.AppendUint16(append(b, 1, 0), uint16(len(c)))
		b = append(append(b, c...), make([]byte, -len(c)&3)...)
	}
	b = append(b, 0, 0, 0, 0)
	length := uint32(len(b) + 4)
	binary.LittleEndian.PutUint32(b[4:], length)
	return binary.LittleEndian.AppendUint32(b, length)
}
