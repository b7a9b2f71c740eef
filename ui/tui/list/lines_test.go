package list

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func entries(l *Lines) []string {
	var out []string
	for i := range l.Len() {
		out = append(out, l.At(i).String())
	}
	return out
}

// TestLinesIncremental: however the rows arrive, and whatever is expanded in
// between, the list is the one that a full read makes.
func TestLinesIncremental(t *testing.T) {
	for seed := range int64(40) {
		r := rand.New(rand.NewSource(seed))
		tl := listtest.Random(r, 400)
		number := uint32(r.Intn(4))
		step, whole := Lines{Session: number}, Lines{Session: number}
		var opened []int // first rows of the runs that were expanded
		for n := 0; n < tl.Len(); {
			n = min(n+1+r.Intn(30), tl.Len())
			step.Read(tl.Prefix(n))
			if step.Len() == 0 || r.Intn(2) == 0 {
				continue
			}
			pos := r.Intn(step.Len())
			if e := step.At(pos); e.Kind == RunLine && !e.Expanded {
				opened = append(opened, e.Row)
				step.Toggle(pos, tl.Prefix(n))
			}
		}
		whole.Read(tl)
		for _, row := range opened {
			whole.Toggle(whole.Find(row, tl), tl)
		}
		if d := cmp.Diff(entries(&whole), entries(&step)); d != "" {
			t.Fatalf("seed %d session %d: (-whole +incremental)\n%s", seed, number, d)
		}
	}
}

// TestLinesCoverRows: lines stand for every row of the session once, in order. Of
// all sessions together, those that send media at the same time have a run each.
func TestLinesCoverRows(t *testing.T) {
	for seed := range int64(20) {
		tl := listtest.Random(rand.New(rand.NewSource(seed)), 300)
		for number := range uint32(4) {
			l := Lines{Session: number}
			l.Read(tl)
			for i := 0; i < l.Len(); i++ {
				if e := l.At(i); e.Kind == RunLine && !e.Expanded {
					l.Toggle(i, tl)
				}
			}
			got, want := make([][]int, 4), make([][]int, 4)
			for i := range l.Len() {
				if e := l.At(i); e.Kind == RowLine {
					s := tl.Row(e.Row).Session
					got[s] = append(got[s], e.Row)
					if l.Find(e.Row, tl) != i {
						t.Fatalf("seed %d: Find(%d) = %d, want %d", seed, e.Row, l.Find(e.Row, tl), i)
					}
				}
			}
			for n := 1; n <= tl.Len(); n++ {
				if s := tl.Row(n).Session; number == 0 || s == number {
					want[s] = append(want[s], n)
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("seed %d session %d:\n%s", seed, number, d)
			}
		}
	}
}

// TestRunsOfAllSessions: a run holds the media of one session alone, whatever
// others send meanwhile, begins where it says, and ends with the next event of any.
func TestRunsOfAllSessions(t *testing.T) {
	f := &listtest.Timeline{}
	f.Media(1, 9, 0) // 1
	f.Media(2, 8, 0) // 2
	f.Media(1, 8, 0) // 3
	f.Media(2, 8, 0) // 4
	f.Media(1, 8, 0) // 5
	f.Command(2, session.PhaseMedia, "onStatus")
	f.Media(2, 8, 0) // 7
	f.Media(1, 8, 0) // 8
	f.Media(2, 8, 0) // 9
	f.Media(1, 8, 0) // 10
	var l Lines
	l.Read(f)
	if got, want := shape(&l), "P1 1 P2 run 2-4 run 3-5 6 run 7-9 run 8-10"; got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	for pos, want := range map[int]Run{3: {Session: 2, Audio: 2}, 4: {Session: 1, Audio: 2}} {
		if u := l.At(pos).Run; u.Session != want.Session || u.Audio != want.Audio || u.Video != 0 {
			t.Errorf("the run at %d is %+v", pos, *u)
		}
	}
	for row, pos := range map[int]int{3: 4, 4: 3, 5: 4, 9: 6, 10: 7} {
		if got := l.Find(row, f); got != pos {
			t.Errorf("row %d is found at %d, want %d", row, got, pos)
		}
	}
	again := l
	again.lines, again.runs = slices.Clone(l.lines), slices.Clone(l.runs)
	again.Again(9, f)
	again.Read(f)
	if got, want := shape(&again), shape(&l); got != want {
		t.Errorf("taken in anew from row 9: %s, want %s", got, want)
	}
}

// TestExpandedRunStaysInPlace: what is expanded among others grows no more,
// because the lines below it would move; a new run goes on for it.
func TestExpandedRunStaysInPlace(t *testing.T) {
	f := &listtest.Timeline{}
	for range 3 {
		f.Media(1, 8, 0)
	}
	f.Media(2, 8, 0)
	f.Media(2, 8, 0)
	var l Lines
	l.Read(f)
	l.Toggle(1, f)
	f.Media(1, 8, 0)
	f.Media(1, 8, 0)
	l.Read(f)
	if got, want := shape(&l), "P1 run 1-3 1 2 3 P4 run 4-5 run 6-7"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLinesOfAStory(t *testing.T) {
	var l Lines
	l.Read(listtest.Story())
	want := "P1 1 2 P3 3 P4 4 P5 5 P6 6 run 7-106"
	if got := shape(&l); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	e := l.At(l.Len() - 1)
	if e.Run.Audio != 50 || e.Run.Video != 50 || e.Run.AudioBytes != 5000 || e.Run.VideoBytes != 5000 || e.Run.Keys != 0 {
		t.Errorf("run counts %+v", *e.Run)
	}
	if d := e.Run.Lasted(); d != 99*time.Millisecond {
		t.Errorf("run lasted %v", d)
	}
}

func shape(l *Lines) string {
	s := ""
	for i := range l.Len() {
		switch e := l.At(i); e.Kind {
		case PhaseLine:
			s += fmt.Sprintf(" P%d", e.First)
		case RunLine:
			s += fmt.Sprintf(" run %d-%d", e.First, e.Last)
		default:
			s += fmt.Sprintf(" %d", e.Row)
		}
	}
	return s[1:]
}

// TestRunsHideNothing: what a person looks for by itself stays out of runs, and
// acknowledgements do not cut them.
func TestRunsHideNothing(t *testing.T) {
	f := &listtest.Timeline{}
	f.Media(1, 9, session.KeyFrame)
	f.Media(1, 8, 0)
	f.Add(1, session.Row{Kind: session.Message, Type: 3, From: decode.FromServer, Phase: session.PhaseMedia})
	f.Media(1, 8, 0)
	f.Media(1, 8, session.Short)
	f.Media(1, 9, session.EndOfSequence)
	f.Media(1, 8, 0)
	f.Add(1, session.Row{Kind: session.Lost, Phase: session.PhaseMedia})
	var l Lines
	l.Read(f)
	if got, want := shape(&l), "P1 run 1-4 5 6 7 8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	run := l.At(1).Run
	if run.Acks != 1 || run.Keys != 1 || run.Messages() != 3 || run.Sends(decode.FromServer) {
		t.Errorf("run %+v", *run)
	}
}

func TestHandshakeStaysTogether(t *testing.T) {
	f := &listtest.Timeline{}
	f.Add(1, session.Row{Kind: session.Handshake})
	f.Add(1, session.Row{Kind: session.Handshake, Phase: session.PhaseHandshake})
	f.Command(1, session.PhaseConnect, "connect")
	var l Lines
	l.Read(f)
	if got, want := shape(&l), "P1 1 2 P3 3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestExpandedRunGrows(t *testing.T) {
	f := listtest.Story()
	var l Lines
	l.Read(f)
	at := l.Len() - 1
	l.Toggle(at, f)
	if l.Len() != at+1+100 {
		t.Fatalf("%d positions after expanding", l.Len())
	}
	f.Media(1, 8, 0)
	l.Read(f)
	if e := l.At(l.Len() - 1); e.Row != 107 || !e.Child {
		t.Errorf("the newest entry is %v", e)
	}
	if pos := l.Toggle(l.Len()-1, f); pos != at || l.Len() != at+1 {
		t.Errorf("collapsing from inside: position %d of %d", pos, l.Len())
	}
}
