package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// Compare implements Desk: it compares two sessions of what was captured so far. The rules run
// along, because their findings are rows too.
func (k *Capture) Compare(a, b uint32) (*diff.Result, error) {
	collector := diff.NewCollector()
	fold := analyst.New(k.counter.begin(k.o.Source(), 1), analyst.Options{Judge: lint.New(lint.Config{}), Consumers: []analyst.Consumer{func(e *session.Entry) {
		if e.Session == a || e.Session == b {
			collector.OnEntry(e)
		}
	}}})
	if err := fold.Run(context.Background()); err != nil && !isTorn(err) {
		return nil, err
	}
	var pair [2]*diff.Session
	for i, number := range [2]uint32{a, b} {
		list := collector.Sessions()
		n := slices.IndexFunc(list, func(s *diff.Session) bool { return s.Number == number })
		if n < 0 {
			return nil, fmt.Errorf("there is no session %d", number)
		}
		pair[i] = list[n]
	}
	return diff.Compare(pair[0], pair[1], diff.Options{}), nil
}
