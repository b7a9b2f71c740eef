package export

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// ordered says when the capture was made, and puts the sessions first in which something
// went wrong.
func (r *report) ordered(told []session.Info) {
	r.Captured = captured(told)
	slices.SortStableFunc(r.Stories, func(a, b *story) int { return weightOf[b.Looks] - weightOf[a.Looks] })
}

// weightOf puts the sessions first that somebody reads a report for.
var weightOf = map[string]int{session.Error.String(): 2, session.Warning.String(): 1}

// captured says when the sessions were.
func captured(told []session.Info) string {
	if len(told) == 0 {
		return ""
	}
	first, last := told[0].OpenedAt, told[0].LastAt
	for i := range told {
		if told[i].OpenedAt.Before(first) {
			first = told[i].OpenedAt
		}
		if told[i].LastAt.After(last) {
			last = told[i].LastAt
		}
	}
	const layout = "2006-01-02 15:04:05"
	return first.UTC().Format(layout) + " to " + last.UTC().Format(layout) + " UTC"
}

// Origin says of which capture the report is: its name and its time.
func (r *report) Origin() string {
	switch {
	case r.File == "" && r.Captured == "":
		return ""
	case r.File == "":
		return "Captured " + r.Captured
	case r.Captured == "":
		return "Capture: " + r.File
	}
	return "Capture: " + r.File + ", " + r.Captured
}
