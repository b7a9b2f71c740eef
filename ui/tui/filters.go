package tui

import (
	"errors"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// language lets the model use the filters of decode/filter.
func (s source) language() model.Filters {
	return model.Filters{Compile: s.compile, Complete: completeFilter}
}

// CheckFilter says why a text cannot be Options.Filter, "" when it can.
func CheckFilter(text string) string {
	_, problem, _ := source{}.compile(text)
	return problem
}

func (s source) compile(text string) (out model.Selector, problem string, at int) {
	f, err := filter.Compile(text)
	var wrong *filter.Error
	switch {
	case errors.As(err, &wrong):
		return out, wrong.Message, wrong.Offset
	case err != nil:
		return out, err.Error(), 0
	}
	return model.Selector{Match: s.scanning(f), Awaits: f.NeedsAnswers(), Sessions: f.NeedsSessions(), Opens: !f.RowOnly()}, "", 0
}

// siftFor is how long rows are opened for a filter before the screen hears what
// was found.
const siftFor = 100 * time.Millisecond

// sift selects rows with a filter that looks inside messages: it reads those
// again about which the rest of the filter leaves a question. It may be called
// away from the UI goroutine.
func (s source) sift(question model.Sift) model.Sifted {
	answer := model.Sifted{Sift: question, Last: question.From - 1}
	f, err := filter.Compile(question.Filter)
	if err != nil {
		answer.Last = question.Timeline.Len()
		return answer
	}
	scan := s.knowing(f, question.Timeline).Opening(question.Timeline, func(n int) *session.Entry { return s.open(question.Timeline, n) })
	for begun := time.Now(); answer.Last < question.Timeline.Len(); {
		answer.Last++
		if scan.Match(answer.Last) {
			answer.Rows = append(answer.Rows, uint32(answer.Last))
		}
		if answer.Last%256 == 0 && time.Since(begun) > siftFor {
			break
		}
	}
	return answer
}

// open reads again what a filter can ask of a row; of one that cannot be read
// nothing is known.
func (s source) open(t list.Timeline, n int) (e *session.Entry) {
	defer func() {
		if recover() != nil { // a fault of the decoder is shown when the row is opened
			e = nil
		}
	}()
	r := t.Row(n)
	e = &session.Entry{Row: r, Number: uint32(n)}
	switch {
	case r.Kind == session.Found:
		e.Finding = &session.Finding{Side: s.State().Board.Side(n)}
	case r.Kind == session.Message && hasArguments(r.Type):
		var err error
		if e.Message, err = s.Message(n); err != nil {
			return nil
		}
	}
	return e
}

func hasArguments(typ uint8) bool {
	switch typ {
	case chunk.TypeCommandAMF0, chunk.TypeCommandAMF3, chunk.TypeDataAMF0, chunk.TypeDataAMF3:
		return true
	}
	return false
}

// scanning makes a filter fit for a list, which goes through one timeline after
// another on the UI goroutine.
func (s source) scanning(f *filter.Filter) list.Match {
	var now list.Timeline
	var scan *filter.Scan
	return func(t list.Timeline, n int) bool {
		if scan == nil || t != now {
			now, scan = t, s.knowing(f, t).Scan(t)
		}
		return scan.Match(n)
	}
}

// knowing is the filter with the programs of the sessions of a timeline.
func (s source) knowing(f *filter.Filter, t list.Timeline) *filter.Filter {
	if !f.NeedsSessions() {
		return f
	}
	return f.Knowing(func(n uint32) *filter.Session {
		if n == 0 || int(n) > t.SessionCount() {
			return nil
		}
		p := s.State().Board.Of(n).Programs
		return &filter.Session{Info: t.Session(n), Client: p.Client, Server: p.Server}
	})
}

func completeFilter(text string, at int) (start int, out []model.Choice) {
	start = at
	for _, c := range filter.Complete(text, at) {
		if c.Start <= at && c.Start <= start {
			start = c.Start
		}
		out = append(out, model.Choice{Text: c.Text, Help: c.Help})
	}
	return start, out
}
