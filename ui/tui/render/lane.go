package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// row draws one row: an arrow from sender to receiver with its name, then what
// it says.
func (l *ladder) row(y int, e list.Entry) {
	r := l.m.Timeline().Row(e.Row)
	k := lookOf(r)
	label, summary := l.words(e.Row)
	if k.sign != "" {
		label = k.sign + " " + label
	}
	style := l.styleOf(r)
	if e.Child {
		label = "· " + label
	}
	l.arrow(y, r, k.line, style, label)
	x := l.text
	if k.word != "" {
		x = l.a.Put(x, y, style, k.word) + 1
	}
	if label := l.m.Marks.Label(e.Row); label != "" {
		x = l.a.clip(x, l.a.W, y, role(Warn), "◆ "+label) + 1
	}
	summary = l.written(&x, y, e.Row, r, summary)
	end := l.tie(y, e.Row, r, &x, x+Width(summary))
	if !model.IsTrouble(r) {
		l.a.clip(x, end, y, Style{}, summary)
		return
	}
	l.a.clip(x, end, y, role(gravity(r)), summary)
	l.a.Put(1, y, style, k.sign)
	l.a.mark(y, Alarm)
}

// written draws the note on a row, if there is one, and returns what is left to be
// said behind it. What is wrong stands before what a person says of it.
func (l *ladder) written(x *int, y, row int, r session.Row, summary string) string {
	note := l.m.Marks.Note(row)
	room := l.a.W - *x
	if note != "" {
		note = "✎ " + note
		room -= Width(noteApart + note)
	}
	if r.Kind == session.Found && Width(summary) > room {
		summary = l.m.Timeline().Text(row).Brief.Show(l.m.Reveal) // the sentence stands below the list
	}
	switch {
	case note == "":
		return summary
	case model.IsTrouble(r):
		end := max(l.a.W-Width(noteApart+note), *x+(l.a.W-*x)*2/3)
		*x = l.a.clip(*x, end, y, role(gravity(r)), summary)
		*x = l.a.clip(*x, l.a.W, y, role(Faint), noteApart)
		*x = l.a.clip(*x, l.a.W, y, role(Warn), note) + 1
		return ""
	}
	*x = l.a.clip(*x, l.a.W, y, role(Warn), note)
	*x = l.a.clip(*x, l.a.W, y, role(Faint), noteApart)
	return summary
}

// noteApart stands between a note and what the row says.
const noteApart = " │ "

func (l *ladder) styleOf(r session.Row) Style {
	switch {
	case r.Kind == session.Found && r.Severity == session.Note:
		return role(Answer)
	case model.IsTrouble(r) && gravity(r) == Warn:
		return role(Warn)
	case model.IsTrouble(r):
		return role(Banner)
	case r.Kind == session.Resynced:
		return role(Good)
	case r.Kind == session.Dialect:
		return role(Answer)
	}
	return sender(r.From)
}

func sender(d decode.Direction) Style {
	if d == decode.FromServer {
		return role(FromServer)
	}
	return role(FromClient)
}

// words gives the name for the arrow and the summary without repeating it.
func (l *ladder) words(row int) (label, summary string) {
	label, summary = l.m.Text(row)
	if c := l.m.Timeline().Text(row).Command; c != "" {
		label = c
	}
	if rest, ok := strings.CutPrefix(summary, label); ok && (rest == "" || strings.ContainsAny(rest[:1], " :(")) {
		summary = strings.TrimLeft(rest, " :")
	}
	return label, summary
}

// arrow draws the lane of one row.
func (l *ladder) arrow(y int, r session.Row, line rune, style Style, label string) {
	right := l.lane + l.inner + 1
	if l.flat {
		l.named(y, r, style, label)
		return
	}
	l.a.Put(l.lane, y, role(Faint), "│")
	l.a.Put(right, y, role(Faint), "│")
	l.a.fill(l.lane+1, right, y, style, line)
	switch {
	case r.Kind == session.Found: // sent by nobody
	case r.From == decode.FromClient:
		l.a.Put(right-1, y, style, "▶")
	default:
		l.a.Put(l.lane+1, y, style, "◀")
	}
	x := l.a.Put(l.lane+3, y, style, " ")
	x = l.a.clip(x, right-3, y, style, label)
	l.a.Put(x, y, style, " ")
}

// named draws one row of a plain list: who sent it, and its name.
func (l *ladder) named(y int, r session.Row, style Style, label string) {
	sign := "▶ "
	switch {
	case r.Kind == session.Found, r.Kind == session.Noted:
		sign = "  "
	case r.From == decode.FromServer:
		sign = "◀ "
	}
	x := l.a.Put(l.lane, y, style, sign)
	l.a.clip(x, l.text-1, y, style, label)
}

// tie says which row this one answers, or that nothing has answered it. With
// much room that stands at the right end, otherwise before the summary. It
// returns where the summary must end.
func (l *ladder) tie(y, row int, r session.Row, x *int, want int) int {
	style, long, short := l.tieWords(row, r)
	if long == "" {
		return l.a.W
	}
	end := min(l.a.W-1, max(l.text+widestSummary, want+2+Width(long))) // in sight of what it belongs to
	if at := end - Width(long); at >= want+2 || at-*x >= 45 {
		l.a.Put(at, y, style, long)
		return at - 1
	}
	if !model.IsTrouble(r) && short != "" { // there the words matter more
		*x = l.a.Put(*x, y, style, short)
	}
	return l.a.W
}

// widestSummary is how far behind the beginning of a summary the words about its
// answer end, on a screen that has more room than anybody reads across.
const widestSummary = 130

func (l *ladder) tieWords(row int, r session.Row) (style Style, long, short string) {
	tl := l.m.Timeline()
	if to := int(r.ReplyTo); to > 0 && r.Kind == session.Found {
		return role(Answer), fmt.Sprintf("↳ see #%d", to), fmt.Sprintf("↳ #%d ", to)
	} else if to > 0 {
		d := lapse(time.Duration(r.Time - tl.Row(to).Time))
		return role(Answer), fmt.Sprintf("↳ answers #%d, %s", to, d), fmt.Sprintf("↳ #%d ", to)
	}
	if answer := l.m.AnswerTo(row); answer > 0 {
		style, long = l.outcome(r, answer)
		return style, long, ""
	}
	if r.Flags&session.Request == 0 {
		return Style{}, "", ""
	}
	s := tl.Session(r.Session)
	for _, p := range s.Pending {
		if int(p.Row) == row && s.Open && !s.Closed[p.From.Peer()] {
			return role(Warn), "no answer yet, " + lapse(s.LastAt.Sub(p.Since)), "no answer yet · "
		} else if int(p.Row) == row {
			if message.NeverAnswered(p.Command) != "" { // explain says by whom
				return role(Faint), "never answered, as usual", "never answered · "
			}
			return role(Warn), "never answered", "never answered · "
		}
	}
	return Style{}, "", ""
}

// outcome says with what a request was answered, and how fast.
func (l *ladder) outcome(request session.Row, answer int) (style Style, words string) {
	tl := l.m.Timeline()
	r, t := tl.Row(answer), tl.Text(answer)
	name := t.Code
	if name == "" {
		name = t.Command
	}
	if name == "" {
		name = t.Name
	}
	style = role(Answer)
	if r.Flags&session.Refused != 0 {
		style, name = role(Trouble), "✗ "+name
	}
	return style, fmt.Sprintf("→ %s %s", name, lapse(time.Duration(r.Time-request.Time)))
}

// run draws a collapsed run of media.
func (l *ladder) run(y int, e list.Entry) {
	u := e.Run
	sign := "▸"
	if e.Expanded {
		sign = "▾"
	}
	words := runWords(u)
	from := decode.FromServer
	if u.Sends(decode.FromClient) {
		from = decode.FromClient
	}
	if room := l.a.W - l.text; room >= Width(words) {
		l.arrow(y, session.Row{Kind: session.Message, From: from}, '━', sender(from), fmt.Sprintf("%s %d media", sign, u.Messages()))
		l.a.clip(l.text, l.a.W, y, role(Media), words)
	} else {
		if !l.flat {
			l.a.Put(l.lane, y, role(Faint), "│")
		}
		x := l.a.Put(l.lane+1, y, sender(from), map[decode.Direction]string{decode.FromClient: "▶", decode.FromServer: "◀"}[from]+sign+" ")
		l.a.clip(x, l.a.W, y, role(Media), words)
	}
	if u.Sends(decode.FromClient) && u.Sends(decode.FromServer) && !l.flat {
		l.a.Put(l.lane+1, y, role(FromServer), "◀")
	}
}

// runWords counts what is in a run.
func runWords(u *list.Run) string {
	var parts []string
	if u.Audio > 0 {
		parts = append(parts, fmt.Sprintf("%d audio %s", u.Audio, bytesText(u.AudioBytes)))
	}
	if u.Video > 0 {
		key := ""
		if u.Keys > 0 {
			key = fmt.Sprintf(" %d key", u.Keys)
		}
		parts = append(parts, fmt.Sprintf("%d video%s %s", u.Video, key, bytesText(u.VideoBytes)))
	}
	parts = append(parts, lapse(u.Lasted()))
	if bps := u.Rate(); bps > 0 {
		parts = append(parts, rateText(bps))
	}
	if u.Acks > 0 {
		parts = append(parts, fmt.Sprintf("%d ack", u.Acks))
	}
	return strings.Join(parts, " · ")
}
