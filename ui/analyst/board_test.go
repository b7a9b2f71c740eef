package analyst

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// measured reads a real capture with rules and measuring, while others look.
func measured(t *testing.T, name string, looks ...func(*Analyst)) *Analyst {
	t.Helper()
	src, err := capture.File(filepath.Join(captures, name+".pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	a := New(src, Options{Judge: lint.New(lint.Config{}), Measure: true})
	var looking sync.WaitGroup
	for _, look := range looks {
		looking.Go(func() { look(a) })
	}
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	looking.Wait()
	return a
}

// TestBoard reads a real capture while a screen asks, and finds what ffprobe says
// of the stream and which rows prove that it was refused.
func TestBoard(t *testing.T) {
	a := measured(t, "ffmpeg5__nginx__publish_badname", func(a *Analyst) {
		for over := false; !over; {
			select {
			case <-a.Done():
				over = true
			default:
			}
			b := a.State().Board
			b.Report(1)
			b.ProgramsOf(1)
			b.Session(1)
			b.Rate(2)
		}
	})
	b := a.State().Board
	v := b.Session(1).Tracks[0]
	if !v.Video || v.Config.Width != 320 || v.Config.Height != 240 || v.Messages != 200 || v.FrameRate() < 24.9 || v.FrameRate() > 25.1 {
		t.Errorf("%d frames of %s, %v a second", v.Messages, v.Config, v.FrameRate())
	}
	if r, ok := b.Report(2); !ok || len(r.Steps) == 0 {
		t.Error("no procedure")
	}
	for i := range a.Snapshot().SessionCount() {
		p := b.ProgramsOf(uint32(i + 1))
		if r, ok := b.Report(uint32(i + 1)); !ok || p.Client != "FFmpeg" || p.Server != "nginx-rtmp" || p.Client != r.Client.Name || p.Server != r.Server.Name {
			t.Errorf("session %d: %+v", i+1, p)
		}
	}
	s := a.Snapshot()
	for n := 1; n <= s.Len(); n++ {
		if s.Row(n).Kind != session.Found || s.Text(n).Name != "cmd-badname" {
			continue
		}
		if p := b.Proof(n); len(p) != 2 || s.Text(int(p[0])).Command != "publish" || s.Text(int(p[1])).Command != "onStatus" {
			t.Errorf("proof %v", p)
		}
		return
	}
	t.Error("the refusal is not found")
}

// TestBoardIsAPicture: what a board says never changes, whatever is folded later,
// and sessions that did not change are shared with the next one.
func TestBoardIsAPicture(t *testing.T) {
	var k keeper
	at := time.Unix(1_800_000_000, 0)
	row := func(number uint32, kind session.Kind, how session.How) {
		at = at.Add(time.Millisecond)
		e := &session.Entry{Number: number, Row: session.Row{Kind: kind, Session: number, Type: 9, Time: at.UnixNano()}, End: at.UnixNano(), How: how}
		if kind == session.Found {
			e.Finding = &session.Finding{Side: session.ServerSide, Rows: []uint32{1}}
		}
		k.entry(e)
	}
	row(1, session.Opened, 0)
	row(2, session.Opened, 0)
	row(1, session.Closed, session.Reset)
	row(2, session.Found, 0)
	first := Board{sessions: k.freeze(at, true)}
	before := *first.Session(2)
	for range 50 {
		row(2, session.Message, 0)
	}
	second := Board{sessions: k.freeze(at, true)}
	if after := *first.Session(2); after.Directions[0].Messages != before.Directions[0].Messages || first.Rate(2).Len != before.Bytes().Len {
		t.Error("a board has changed")
	}
	if second.Session(2).Directions[0].Messages != 50 {
		t.Errorf("%d messages, want 50", second.Session(2).Directions[0].Messages)
	}
	if p := first.Of(2).proofs; len(p) != 1 || p[0].side != session.ServerSide || len(p[0].rows) != 1 {
		t.Errorf("proofs %v", p)
	}
	if first.sessions.At(0) != second.sessions.At(0) {
		t.Error("a session that did not change was copied")
	}
}

// TestBoardForgetsEnded: of sessions that ended long ago little stays.
func TestBoardForgetsEnded(t *testing.T) {
	var k keeper
	at := time.Unix(1_800_000_000, 0)
	for n := uint32(1); n <= keptEnded+10; n++ {
		for _, kind := range []session.Kind{session.Opened, session.Closed} {
			k.entry(&session.Entry{Row: session.Row{Kind: kind, Session: n, Time: at.UnixNano()}, How: session.Reset})
		}
		k.freeze(at, true)
	}
	b := Board{sessions: k.freeze(at, true)}
	if b.Session(1) != nil || b.Session(keptEnded+10) == nil {
		t.Error("the oldest is kept, or the newest is not")
	}
	if len(k.live) != 0 || len(k.stale) != 0 || len(k.ended) > keptProofs {
		t.Errorf("%d live, %d stale, %d ended", len(k.live), len(k.stale), len(k.ended))
	}
}

// TestLongPastIsReadAgain: a row of a connection of which it is no longer known where
// it begins is opened all the same.
func TestLongPastIsReadAgain(t *testing.T) {
	a := measured(t, "ffmpeg5__nginx__publish_badname")
	for _, n := range []int{2, 30, a.Snapshot().Len() - 4} {
		want, err := a.Detail(n)
		if err != nil {
			t.Fatal(err)
		}
		clear(a.places.start)
		clear(a.places.list)
		got, err := a.Detail(n)
		if err != nil || string(got.Body) != string(want.Body) || len(got.Pieces) != len(want.Pieces) {
			t.Errorf("row %d: %d bytes, %v; want %d", n, len(got.Body), err, len(want.Body))
		}
	}
	p := &places{start: map[uint32]*capture.Mark{}}
	for conn := range uint32(keptStarts + 50) {
		p.begin(conn, &capture.Mark{})
	}
	if len(p.start) != keptStarts || p.start[keptStarts+49] == nil || p.start[0] != nil {
		t.Errorf("%d starts", len(p.start))
	}
}
