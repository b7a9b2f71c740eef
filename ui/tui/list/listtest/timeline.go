// Package listtest makes timelines by hand, for the tests of what shows them.
package listtest

import (
	"math/rand"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Epoch is the time of the first row.
var Epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Timeline is a timeline made by hand. Its fields are what its methods return.
type Timeline struct {
	Rows    []session.Row
	Texts   map[int]session.Text // of rows, by their number; others have the name of their kind
	Infos   []session.Info
	Written []session.Written
}

// Len is the number of rows.
func (f *Timeline) Len() int { return len(f.Rows) }

// Row is row n, from 1.
func (f *Timeline) Row(n int) session.Row { return f.Rows[n-1] }

// Sessions are the sessions so far.
func (f *Timeline) Sessions() []session.Info { return f.Infos }

// SessionCount implements list.Timeline.
func (f *Timeline) SessionCount() int { return len(f.Sessions()) }

// Session implements list.Timeline.
func (f *Timeline) Session(number uint32) session.Info { return f.Sessions()[number-1] }

// Open implements list.Timeline.
func (f *Timeline) Open() (numbers []uint32) {
	for _, i := range f.Sessions() {
		if i.Open {
			numbers = append(numbers, i.Number)
		}
	}
	return numbers
}

// Notes are what people have written.
func (f *Timeline) Notes() []session.Written { return f.Written }

// Text is the words of row n.
func (f *Timeline) Text(n int) session.Text {
	if t, ok := f.Texts[n]; ok {
		return t
	}
	return session.Text{Name: f.Rows[n-1].Kind.String()}
}

// Prefix is the timeline as it was when it had n rows.
func (f *Timeline) Prefix(n int) *Timeline {
	return &Timeline{f.Rows[:n], f.Texts, slices.Clone(f.Infos), f.Written}
}

// Add appends a row a millisecond after the last one.
func (f *Timeline) Add(number uint32, r session.Row) int {
	r.Session = number
	r.Time = Epoch.Add(time.Duration(len(f.Rows)) * time.Millisecond).UnixNano()
	for uint32(len(f.Infos)) < number {
		f.Infos = append(f.Infos, session.Info{Number: uint32(len(f.Infos) + 1), OpenedAt: r.At(), Open: true})
	}
	f.Infos[number-1].LastAt = r.At()
	f.Rows = append(f.Rows, r)
	return len(f.Rows)
}

// Command appends a command, named so.
func (f *Timeline) Command(number uint32, p session.Phase, name string) int {
	n := f.Add(number, session.Row{Kind: session.Message, Type: 20, Phase: p})
	if f.Texts == nil {
		f.Texts = map[int]session.Text{}
	}
	f.Texts[n] = session.Text{Name: "Command (AMF0)", Command: name, Summary: text.Plain(name + "()")}
	return n
}

// Media appends an audio or video message of 100 bytes.
func (f *Timeline) Media(number uint32, typ uint8, flags session.Flags) int {
	return f.Add(number, session.Row{Kind: session.Message, Type: typ, Length: 100, Flags: flags, Phase: session.PhaseMedia})
}

// Story is one session: a handshake, three commands, 100 media messages.
func Story() *Timeline {
	f := &Timeline{}
	f.Add(1, session.Row{Kind: session.Opened})
	f.Add(1, session.Row{Kind: session.Handshake})
	f.Command(1, session.PhaseConnect, "connect")
	f.Command(1, session.PhaseCreateStream, "createStream")
	f.Command(1, session.PhaseStart, "publish")
	f.Media(1, 9, session.SequenceHeader|session.KeyFrame)
	for i := range 100 {
		f.Media(1, uint8(8+i%2), 0)
	}
	return f
}

// Random is a timeline of several sessions with everything in it.
func Random(r *rand.Rand, n int) *Timeline {
	f := &Timeline{}
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
		f.Add(s, row)
	}
	return f
}
