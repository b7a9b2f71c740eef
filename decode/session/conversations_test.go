package session_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rowsShown is how many rows of a conversation the golden file has.
const rowsShown = 60

// conversation plays the example of a rule and writes down what the fold makes of
// it: a line for each row, with runs of media and of rows that are
// known from other conversations as one, then what is known of each session.
func conversation(r *lint.Rule, known map[string]bool) string {
	var b strings.Builder
	began := time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)
	media, rows, again := 0, 0, 0
	t := session.New(session.Options{OnEntry: func(e *session.Entry) {
		switch {
		case e.IsMedia() && e.Flags == 0:
			media++
			return
		case rows >= rowsShown:
			return
		}
		rows++
		line := rowLine(e)
		if known[line] {
			again++
			return
		}
		known[line] = true
		if media+again > 0 {
			fmt.Fprintf(&b, "  … %d of media, %d as before\n", media, again)
			media, again = 0, 0
		}
		b.WriteString("  " + line + "\n")
	}})
	r.Bad.Play(t, began)
	for _, i := range t.Snapshot().Sessions() {
		b.WriteString("  " + infoLine(i, began) + "\n")
	}
	return b.String()
}

// rowLine is everything that a row knows, in as few words as that takes.
func rowLine(e *session.Entry) string {
	s := fmt.Sprintf("%d %s %s @%d-%d %dms", e.Number, e.Kind, side(e.From), e.Offset, e.End, e.Elapsed.Milliseconds())
	if e.Kind == session.Message {
		s += fmt.Sprintf(" type %d ts %d+%d len %d msid %d csid %d fmt %d ×%d", e.Type, e.Timestamp, e.Delta, e.Length, e.StreamID, e.ChunkStream, e.Fmt, e.Chunks)
	}
	if e.ReplyTo > 0 {
		s += fmt.Sprintf(" answers %d after %v", e.ReplyTo, e.RTT)
	}
	if e.Flags > 0 {
		s += fmt.Sprintf(" flags %b", e.Flags)
	}
	return fmt.Sprintf("%s phase %d | %s | %s", s, e.Phase, e.Name, e.Summary.Show(false))
}

// infoLine is everything that is known of a session but its words.
func infoLine(i session.Info, began time.Time) string {
	s := fmt.Sprintf("= %d %q app %s stream %s tcUrl %s, %v to %v, phase %d, open %v, closed %v, refused %q, redirect %q, bytes %v, messages %v, audio %d, video %d, rows %d",
		i.Number, i.Role, i.App.Show(false), i.Stream.Show(false), i.TCURL.Show(false), i.OpenedAt.Sub(began), i.LastAt.Sub(began), i.Phase, i.Open, i.Closed,
		i.Refusal, i.Redirect.Show(false), i.Bytes, i.Messages, i.Audio, i.Video, i.Rows)
	for _, p := range i.Pending {
		s += fmt.Sprintf(", waits for row %d %s of the %s since %v", p.Row, p.Command, side(p.From), p.Since.Sub(began))
	}
	return s + fmt.Sprintf("; %s; %s; %s; %s", i.Ended, i.Trouble, i.Cause, i.Login)
}

func side(d decode.Direction) string { return d.String() }

// TestConversations compares what becomes of every rule's example with the golden
// file. The examples are sessions in which something is wrong, in every way that
// rules know.
func TestConversations(t *testing.T) {
	var got strings.Builder
	rules, known := lint.Rules(), map[string]bool{}
	for i := range rules {
		fmt.Fprintf(&got, "%s\n%s\n", rules[i].ID, conversation(&rules[i], known))
	}
	if len(rules) < 100 {
		t.Fatalf("only %d rules", len(rules))
	}
	file := filepath.Join("testdata", "conversations.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("another %s (read the difference; -update writes it anew):\n%s", file, diff)
	}
}

// TestConversationsAddUp checks every session of every example against its rows:
// bytes, messages, rows, times and answers agree, whatever happened.
func TestConversationsAddUp(t *testing.T) {
	for _, r := range lint.Rules() {
		began := time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)
		type sums struct {
			rows, audio, video int64
			messages, reach    [2]int64
			opened, last       time.Time
		}
		seen := map[uint32]*sums{}
		requests := map[uint32]*session.Row{}
		tl := session.New(session.Options{OnEntry: func(e *session.Entry) {
			s := seen[e.Session]
			if s == nil {
				s = &sums{opened: e.At()}
				seen[e.Session] = s
			}
			s.rows++
			if e.Kind == session.Message {
				s.messages[e.From]++
				s.reach[e.From] = max(s.reach[e.From], e.End)
				row := e.Row
				requests[e.Number] = &row
				switch e.Type {
				case 8:
					s.audio++
				case 9:
					s.video++
				case 22:
					var part session.Entry
					e.EachPart(&part, decode.DefaultLimits().AMF, func(p *session.Entry) {
						s.audio += int64(9 - p.Type) // there are no others in the examples
						s.video += int64(p.Type - 8)
					})
				}
			}
			if q := requests[e.ReplyTo]; e.ReplyTo != 0 && (q == nil || q.Session != e.Session || q.From == e.From || e.At().Sub(q.At()) != e.RTT) {
				t.Errorf("%s: row %d answers row %d (%+v) after %v", r.ID, e.Number, e.ReplyTo, q, e.RTT)
			}
			if e.Elapsed != e.At().Sub(s.opened) {
				t.Errorf("%s: row %d at %v has elapsed %v", r.ID, e.Number, e.At().Sub(s.opened), e.Elapsed)
			}
			s.last = e.At()
		}})
		r.Bad.Play(tl, began)
		for _, i := range tl.Snapshot().Sessions() {
			s := seen[i.Number]
			if int64(i.Rows) != s.rows || i.Messages != s.messages || i.Audio != s.audio || i.Video != s.video || i.LastAt.Before(s.last) {
				t.Errorf("%s: session %d %+v has rows %+v", r.ID, i.Number, i, s)
			}
			for d := range i.Bytes {
				if i.Bytes[d] < s.reach[d] {
					t.Errorf("%s: %d bytes, and a message ends at %d", r.ID, i.Bytes[d], s.reach[d])
				}
			}
		}
	}
}
