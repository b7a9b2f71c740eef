package analyst

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestPlacesAreBounded: checkpoints of a stream that goes on for ever are kept, from its
// beginning to its end, at distances that are alike, and no more of them than a bound; of
// connections that are long past none.
func TestPlacesAreBounded(t *testing.T) {
	p := &places{start: map[uint32]*capture.Mark{}, list: map[lane][]place{}, due: map[lane]due{}}
	l := lane{1, decode.FromClient}
	p.begin(1, &capture.Mark{})
	for at := int64(0); at < 10*keptPlaces*placeEvery; at += placeEvery / 2 {
		if n := len(p.list[l]); n == 0 && at < placeEvery || n > 0 && at-p.list[l][n-1].offset < p.distance() {
			continue
		}
		p.add(l, place{offset: at})
	}
	list := p.list[l]
	if len(list) > keptPlaces || len(list) < keptPlaces/4 || p.kept != len(list) {
		t.Fatalf("%d checkpoints are kept, %d counted", len(list), p.kept)
	}
	last := int64(0)
	for _, k := range list {
		if d := k.offset - last; d < placeEvery || d > 2*p.distance() {
			t.Fatalf("%d bytes lie before the checkpoint at %d", d, k.offset)
		}
		last = k.offset
	}
	p.due[lane{1, decode.FromServer}] = due{}
	for conn := range uint32(keptStarts) {
		p.begin(conn+2, &capture.Mark{})
	}
	if len(p.start) != keptStarts || len(p.list) != 0 || len(p.due) != 0 || p.kept != 0 {
		t.Errorf("%d beginnings, %d directions, %d due, %d checkpoints", len(p.start), len(p.list), len(p.due), p.kept)
	}
}

// TestLaterConfigurationsAreKnown: after more tracks than are remembered those that came
// last are, and the earliest are not.
func TestLaterConfigurationsAreKnown(t *testing.T) {
	var c configs
	body := avcRecord(4)
	e := &session.Entry{Row: session.Row{Kind: session.Message, Type: 9}, Body: body}
	e.Message.Tag = media.ParseVideo(body)
	for n := range uint32(maxConfigTracks + 10) {
		e.Session, e.Number = n+1, n+1
		c.learn(e)
	}
	of := func(n uint32) bool {
		return c.before(1<<30, session.Row{Kind: session.Message, Type: 9, Session: n}, body) != nil
	}
	if len(c.list) != maxConfigTracks || of(10) || !of(11) || !of(maxConfigTracks+10) {
		t.Errorf("%d tracks are known, of the first ones %v, %v, the last one %v", len(c.list), of(10), of(11), of(maxConfigTracks+10))
	}
}
