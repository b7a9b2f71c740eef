package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// peers are sessions of one timeline that say commands.
type peers struct {
	*Timeline
	now     time.Time
	writers map[uint32]*[2]chunk.Writer
	lines   []string
}

func newPeers() *peers {
	p := &peers{now: time.Unix(1_800_000_000, 0), writers: map[uint32]*[2]chunk.Writer{}}
	p.Timeline = New(Options{OnEntry: func(e *Entry) {
		line := fmt.Sprint(e.Session, " ", e.Name, " ", e.Summary.Show(false), " ", e.Message.Command, " ", e.Message.Code)
		for i := range e.Message.Args {
			line += string(amf.AppendJSON(nil, e.Message.Args[i], func(key, s string) string { return e.Mark(i, key, s).Show(false) }))
		}
		p.lines = append(p.lines, line)
	}})
	return p
}

func (p *peers) open(conn uint32) {
	p.Open(Connection{ID: conn, At: p.now, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935"})
	p.writers[conn] = &[2]chunk.Writer{}
	hello := append([]byte{3}, make([]byte, 2*1536)...)
	p.Data(conn, client, p.now, hello)
	p.Data(conn, server, p.now, hello)
}

func (p *peers) call(conn uint32, dir decode.Direction, values ...amf.Value) {
	var body []byte
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	p.now = p.now.Add(time.Millisecond)
	p.Data(conn, dir, p.now, p.writers[conn][dir].Append(nil, chunk.Out{ChunkStream: 3, Type: chunk.TypeCommandAMF0, StreamID: 1, Body: body}))
}

func (p *peers) publish(conn uint32, name string) {
	p.call(conn, client, amf.Str("publish"), amf.Num(4), amf.Nul(), amf.Str(name), amf.Str("live"))
}

func (p *peers) echo(conn uint32, words string) {
	p.call(conn, server, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", words))
}

// TestInvariantMasksDoNotWearOut: no number of sessions or names makes a credential
// visible that was masked, nobody's names mask what others say, and who has too many of
// his own has everything masked that could repeat one.
func TestInvariantMasksDoNotWearOut(t *testing.T) {
	p := newPeers()
	const stranger, early = 1_000_000, 999_999
	p.open(early)
	p.publish(early, "early-key-1?token=early-tok-1")
	for i := range uint32(300) { // publishers one after the other
		p.open(i + 1)
		key, token := fmt.Sprintf("pub-key-%d", i), fmt.Sprintf("tok-%d-secret", i)
		p.publish(i+1, key+"?token="+token)
		p.echo(i+1, key+" is published, Publish accepted with "+token)
		p.Close(i+1, client, p.now, End{How: Fin})
	}
	p.open(stranger)
	for i := range 5000 {
		p.publish(stranger, fmt.Sprintf("stranger-%d?token=strange-%d", i, i))
		p.publish(stranger, "accepted")
	}
	p.echo(stranger, "stranger-4999 has strange-4999")
	p.echo(early, "early-key-1 is published, Publish accepted with early-tok-1")
	p.open(2_000_000)
	p.publish(2_000_000, "last-key-1")
	p.echo(2_000_000, "LAST-KEY-1 is published, Publish accepted with stranger-3")
	all := strings.Join(p.lines, "\n")
	for _, secret := range []string{"pub-key-", "tok-", "early-key", "early-tok", "stranger-4", "strange-", "last-key", "LAST-KEY"} {
		if i := strings.Index(all, secret); i >= 0 {
			t.Errorf("%s shows in …%s…", secret, all[max(0, i-80):min(len(all), i+40)])
		}
	}
	words := strings.Count(all, " is published, Publish accepted with ")
	if want := 2 * 302; words != want { // in the summary and the arguments
		t.Errorf("the server's own words stand in %d places, want %d", words, want)
	}
	if !strings.Contains(p.lines[len(p.lines)-1], "with stranger-3") {
		t.Error("a stranger's name is masked in what another session is told")
	}
	name := text.Pseudonym("early-key-1")
	if n := strings.Count(all, name); n < 4 {
		t.Errorf("the pseudonym of one key stands in %d places, the first and the last among them", n)
	}
	p.looksBack(t, stranger)
}

// looksBack opens old rows: what was masked then stays masked, of every session.
func (p *peers) looksBack(t *testing.T, stranger uint32) {
	t.Helper()
	s := p.Snapshot()
	for n, i := range s.Sessions() {
		mark := s.Marker(uint32(n + 1))
		switch words := mark("onStatus", 0, "description", "early-key-1 pub-key-7 stranger-4999").Show(false); {
		case n == 0 && words != text.Pseudonym("early-key-1")+" pub-key-7 stranger-4999":
			t.Errorf("session 1: %s", words)
		case n == 8 && words != "early-key-1 "+text.Pseudonym("pub-key-7")+" stranger-4999":
			t.Errorf("session 9: %s", words)
		case n == 301 && words != text.Pseudonym("early-key-1 pub-key-7 stranger-4999"):
			t.Errorf("the stranger: %s (%v)", words, i.Stream)
		}
	}
	if got := s.Marker(302)("onStatus", 0, "code", "NetStream.Publish.Start"); got != "NetStream.Publish.Start" {
		t.Errorf("the vocabulary of the protocol is masked: %s", got.Show(false))
	}
}
