package session

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

func (p *peers) play(conn uint32, name string) {
	p.call(conn, client, amf.Str("play"), amf.Num(5), amf.Nul(), amf.Str(name))
}

// TestPlayersKnowWhatTheirPublisherSaid: what a publisher has carried is masked in what
// players of his stream are told, whoever came first, also when it was learnt later and when
// he has gone; players of other streams, and what players carry, have nothing to do with it.
func TestPlayersKnowWhatTheirPublisherSaid(t *testing.T) {
	const early, publisher, late, other, last = 1, 2, 3, 4, 5
	p := newPeers()
	for conn := range uint32(4) {
		p.open(conn + 1)
	}
	p.play(early, "cam")
	p.publish(publisher, "cam?sign=s3cret-of-cam")
	p.play(late, "cam?ticket=ticket-of-late")
	p.play(other, "dog")
	told := func(conn uint32, words string) string {
		p.echo(conn, words)
		return p.lines[len(p.lines)-1]
	}
	for _, conn := range []uint32{early, late} {
		if line := told(conn, "began: cam?sign=s3cret-of-cam"); strings.Contains(line, "s3cret") || !strings.Contains(line, "began") {
			t.Errorf("player %d is told %s", conn, line)
		}
	}
	if line := told(other, "s3cret-of-cam began"); !strings.Contains(line, "s3cret-of-cam") {
		t.Errorf("who plays something else is told %s", line)
	}
	if line := told(publisher, "ticket-of-late plays"); !strings.Contains(line, "ticket-of-late") {
		t.Errorf("the publisher is told %s", line)
	}
	p.call(publisher, client, amf.Str("publish"), amf.Num(6), amf.Nul(), amf.Str("dog?sign=later-secret-9"), amf.Str("live"))
	p.Close(publisher, client, p.now, End{How: Reset})
	for _, conn := range []uint32{early, other} {
		if line := told(conn, "later-secret-9 has gone"); strings.Contains(line, "later-secret") {
			t.Errorf("player %d is told %s", conn, line)
		}
	}
	for _, conn := range []uint32{early, late, other} {
		p.Close(conn, client, p.now, End{How: Reset})
	}
	if len(p.joints) != 0 {
		t.Errorf("%d streams are kept that nobody plays", len(p.joints))
	}
	p.open(last)
	p.play(last, "cam")
	if line := told(last, "s3cret-of-cam"); !strings.Contains(line, "s3cret-of-") {
		t.Errorf("who comes when all have gone is told %s", line)
	}
}

// TestJoiningIsBounded: one publisher adds a few names to what is masked for his players, and
// many of them as much as can be told apart; beyond that all is masked.
func TestJoiningIsBounded(t *testing.T) {
	p := newPeers()
	p.open(1)
	p.play(1, "cam")
	for i := range uint32(300) {
		p.open(i + 2)
		p.publish(i+2, fmt.Sprintf("cam?sign=signature-%d", i))
	}
	if known := p.conns[1].info.known; !known.Full() || len(known.Known()) > 256 {
		t.Errorf("the player knows %d credentials, full: %v", len(known.Known()), known.Full())
	}
	p.echo(1, "anything at all")
	if line := p.lines[len(p.lines)-1]; strings.Contains(line, "anything") {
		t.Errorf("it is told %s", line)
	}
}
