package model

import (
	"fmt"
	"math/rand"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// fake is a timeline made by hand.
type fake struct {
	rows     []session.Row
	texts    map[int]session.Text
	sessions []session.Info
	notes    []session.Written
}

func (f *fake) Len() int                 { return len(f.rows) }
func (f *fake) Row(n int) session.Row    { return f.rows[n-1] }
func (f *fake) Sessions() []session.Info { return f.sessions }
func (f *fake) Notes() []session.Written { return f.notes }
func (f *fake) Text(n int) session.Text {
	if t, ok := f.texts[n]; ok {
		return t
	}
	return session.Text{Name: f.rows[n-1].Kind.String()}
}

// prefix is the timeline as it was when it had n rows.
func (f *fake) prefix(n int) *fake { return &fake{f.rows[:n], f.texts, f.sessions, f.notes} }

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// add appends a row a millisecond after the last one.
func (f *fake) add(number uint32, r session.Row) int {
	r.Session = number
	r.Time = epoch.Add(time.Duration(len(f.rows)) * time.Millisecond).UnixNano()
	for uint32(len(f.sessions)) < number {
		f.sessions = append(f.sessions, session.Info{Number: uint32(len(f.sessions) + 1), OpenedAt: r.At(), Open: true})
	}
	f.sessions[number-1].LastAt = r.At()
	f.rows = append(f.rows, r)
	return len(f.rows)
}

func (f *fake) command(number uint32, p session.Phase, name string) int {
	n := f.add(number, session.Row{Kind: session.Message, Type: 20, Phase: p})
	if f.texts == nil {
		f.texts = map[int]session.Text{}
	}
	f.texts[n] = session.Text{Name: "Command (AMF0)", Command: name, Summary: text.Plain(name + "()")}
	return n
}

func (f *fake) media(number uint32, typ uint8, flags session.Flags) int {
	return f.add(number, session.Row{Kind: session.Message, Type: typ, Length: 100, Flags: flags, Phase: session.PhaseMedia})
}

// story is one session: a handshake, three commands, 100 media messages.
func story() *fake {
	f := &fake{}
	f.add(1, session.Row{Kind: session.Opened})
	f.add(1, session.Row{Kind: session.Handshake})
	f.command(1, session.PhaseConnect, "connect")
	f.command(1, session.PhaseCreateStream, "createStream")
	f.command(1, session.PhaseStart, "publish")
	f.media(1, 9, session.SequenceHeader|session.KeyFrame)
	for i := range 100 {
		f.media(1, uint8(8+i%2), 0)
	}
	return f
}

// random is a timeline of several sessions with everything in it.
func random(r *rand.Rand, n int) *fake {
	f := &fake{}
	phases := make([]session.Phase, 4)
	for range n {
		s := uint32(r.Intn(3) + 1)
		if r.Intn(15) == 0 {
			phases[s] = session.Phase(r.Intn(6))
		}
		row := session.Row{Kind: session.Message, Phase: phases[s], From: decode.Direction(r.Intn(2)), Length: uint32(r.Intn(500))}
		switch k := r.Intn(20); {
		case k < 14:
			row.Type = uint8(8 + k%2)
		case k == 14:
			row.Type = 3
		case k == 15:
			row.Type, row.Flags = 9, session.SequenceHeader
		case k == 16:
			row.Kind = session.Gap
		default:
			row.Type = 20
		}
		f.add(s, row)
	}
	return f
}

func (e Entry) String() string {
	s := fmt.Sprintf("%d %d-%d row %d child %v open %v", e.Kind, e.First, e.Last, e.Row, e.Child, e.Expanded)
	if e.Run != nil {
		s += fmt.Sprintf(" run %+v", *e.Run)
	}
	return s
}
