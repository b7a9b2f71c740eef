package view

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// reader does on a goroutine of its own what takes its time, so that the screen never
// waits: it decodes rows, and does one other piece of work after the other.
type reader struct {
	src     Source
	wanted  chan int
	work    chan func() model.Action
	answers chan<- model.Action
	doing   atomic.Pointer[model.Progress] // what is being done, nil for nothing worth saying
}

func newReader(src Source, answers chan<- model.Action) *reader {
	return &reader{src: src, wanted: make(chan int, 1), work: make(chan func() model.Action, 1), answers: answers}
}

// want asks for the detail of a row. Nobody waits for the one before it any more.
func (r *reader) want(row int) {
	select {
	case <-r.wanted:
	default:
	}
	r.wanted <- row
}

// run decodes the details that are wanted, the newest wish first and only, and
// does what else takes its time.
func (r *reader) run(ctx context.Context) {
	for {
		var answer model.Action
		select {
		case <-ctx.Done():
			return
		case row := <-r.wanted:
			answer = r.detail(row)
		case do := <-r.work:
			answer = do()
		}
		select {
		case r.answers <- answer:
		case <-ctx.Done():
			return
		}
	}
}

// detail decodes a row; a fault of the decoder is an error.
func (r *reader) detail(row int) (answer model.DetailRead) {
	defer func() {
		if p := recover(); p != nil {
			answer = model.DetailRead{Row: row, Err: fmt.Errorf("decoding this row has failed: %v", p)}
		}
	}()
	d, err := r.src.Detail(row)
	return model.DetailRead{Row: row, Data: d, Err: err}
}
