package view

import (
	"context"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// sifter opens rows, on a goroutine of its own, for filters that look inside them.
type sifter struct {
	open      func(model.Sift) model.Sifted
	questions chan model.Sift
	answers   chan<- model.Action
}

func newSifter(open func(model.Sift) model.Sifted, answers chan<- model.Action) *sifter {
	return &sifter{open: open, questions: make(chan model.Sift, 1), answers: answers}
}

// run opens rows for filters, one question after the other.
func (s *sifter) run(ctx context.Context) {
	for {
		var question model.Sift
		select {
		case <-ctx.Done():
			return
		case question = <-s.questions:
		}
		select {
		case s.answers <- s.sifted(question):
		case <-ctx.Done():
			return
		}
	}
}

// sifted answers a question; a row that makes the decoder panic is passed over.
func (s *sifter) sifted(question model.Sift) (answer model.Sifted) {
	defer func() {
		if p := recover(); p != nil {
			answer = model.Sifted{Sift: question, Last: question.From}
		}
	}()
	return s.open(question)
}
