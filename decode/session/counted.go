package session

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxTallies is how many types the words of a counted row name.
const maxTallies = 4

// tellCounted gives what was counted of a connection its rows, the earlier first.
func (c *conn) tellCounted() {
	a, b := &c.credit[0].run, &c.credit[1].run
	if !a.some() && !b.some() {
		return
	}
	first, second := decode.FromClient, decode.FromServer
	if a.some() && b.some() && b.since.Before(a.since) {
		first, second = second, first
	}
	runs := [2]counted{*a, *b}
	*a, *b = counted{}, counted{} // nothing waits any more when rows are added
	for _, dir := range []decode.Direction{first, second} {
		if r := &runs[dir]; r.some() {
			c.addAt(r.entry(dir), r.until)
		}
	}
}

// entry is the row of what was counted. Conn.addAt completes it.
func (r *counted) entry(dir decode.Direction) *Entry {
	slices.SortStableFunc(r.tallies, func(a, b decode.Tally) int { return cmp.Compare(b.Count, a.Count) })
	n := int64(0)
	for _, t := range r.tallies {
		n += t.Count
	}
	e := &Entry{Name: "Messages, counted", End: r.end, Tallies: r.tallies, Odd: r.odd, Took: r.until.Sub(r.since),
		Row: Row{Kind: Tallied, From: dir, Offset: r.first, Length: capped(r.end - r.first), Chunks: capped(n)}}
	if len(r.tallies) > 0 {
		e.Type = r.tallies[0].Type
	}
	e.Summary = text.Marked(fmt.Sprintf("%d messages in %s, too many to be shown one by one: %s; bytes %d to %d",
		n, Duration(e.Took), r.words(), r.first, r.end))
	return e
}

// words says what was counted.
func (r *counted) words() string {
	var all []string
	for i, t := range r.tallies {
		if i == maxTallies {
			all = append(all, "others")
			break
		}
		all = append(all, fmt.Sprintf("%d %s", t.Count, typeName(t.Type)))
	}
	if r.odd > 0 {
		all = append(all, fmt.Sprintf("%d anomalies", r.odd))
	}
	return strings.Join(all, ", ")
}

func capped(n int64) uint32 { return uint32(min(n, 1<<32-1)) }

// tellCounted gives what has been counted for long enough its rows.
func (t *Timeline) tellCounted(now time.Time) {
	for len(t.counted) > 0 {
		c := t.counted[0]
		since := c.countedSince()
		if !since.IsZero() && now.Sub(since) < countedFor {
			return
		}
		t.counted[0] = nil
		t.counted = t.counted[1:]
		c.waits = false
		c.tellCounted()
	}
}

// countedSince is since when messages wait to be told, the zero time when none do.
func (c *conn) countedSince() (since time.Time) {
	for i := range c.credit {
		if r := &c.credit[i].run; r.some() && (since.IsZero() || r.since.Before(since)) {
			since = r.since
		}
	}
	return since
}
