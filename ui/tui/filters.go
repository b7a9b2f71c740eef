package tui

import (
	"errors"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// language lets the model use the filters of decode/filter.
func language() model.Filters {
	return model.Filters{Compile: compileFilter, Complete: completeFilter}
}

// rowsOnly is what is said of a filter that a list cannot apply.
const rowsOnly = "this looks inside messages, which the list does not keep; rtmpscope log --filter can"

// CheckFilter says why a text cannot be Options.Filter, "" when it can.
func CheckFilter(text string) string {
	_, problem, _ := compileFilter(text)
	return problem
}

func compileFilter(text string) (model.Match, string, int) {
	f, err := filter.Compile(text)
	var wrong *filter.Error
	switch {
	case errors.As(err, &wrong):
		return nil, wrong.Message, wrong.Offset
	case err != nil:
		return nil, err.Error(), 0
	case !f.RowOnly():
		return nil, rowsOnly, 0
	}
	return scanning(f), "", 0
}

// scanning makes a filter fit for a list, which goes through one timeline after
// another on the UI goroutine.
func scanning(f *filter.Filter) model.Match {
	var now model.Timeline
	var scan *filter.Scan
	return func(t model.Timeline, n int) bool {
		if scan == nil || t != now {
			now, scan = t, f.Scan(t)
		}
		return scan.Match(n)
	}
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
