package lint

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-name-near", Severity: session.Warning,
	Title:      "A name almost like the one being published",
	Why:        "A player asks for a name that nobody publishes here, and somebody publishes one that differs in a letter, in upper and lower case, or in a slash or blank at an end: a typing error. Who comes second is told. Servers compare names byte by byte.",
	Fix:        "Compare the two names; copy instead of typing.",
	Source:     "RTMP 1.0 §7.2.2.1: names are opaque",
	Explains:   append(slices.Clone(emptiness), refusals...),
	Thresholds: []string{"media.none"},
	Bad:        script.Example{script.Flowing, script.Again, playOf("Key-of-mine"), script.Silence(5e9)},
	Good:       script.Example{script.Flowing, script.Again, playOf("another-key"), script.Silence(5e9)},
	watch: func(v *view, r *reporter) {
		tell := func(s *stream) {
			if o := v.nearName(s); o != nil && r.firstOf(s) && !s.heard() {
				r.of(s).report(session.ClientSide, rows(s.asked.row, o.asked.row), "nobody publishes %s here, but %s is published, which differs in %s: a typing error?", s.marked(), o.marked(), difference(s.name, o.name))
			}
		}
		v.on(onCommand, func(e *session.Entry) {
			s := v.stream
			switch {
			case s == nil || s.role != session.Play:
			case e.From == client && e.Number == s.asked.row:
				v.after(v.duration("media.none"), func() { tell(s) })
			case e.From == server && s.refused:
				tell(s)
			}
		})
		v.on(onCommand, func(e *session.Entry) {
			s := v.stream
			if s == nil || s.role != session.Publish || e.From != server || s.started.row != e.Number {
				return
			}
			if p := v.nearWaiting(s); p != nil {
				r.of(s).report(session.NoSide, rows(p.asked.row, s.asked.row), "a player waits for %s, which nobody publishes here; this is %s, which differs in %s: a typing error?", p.marked(), s.marked(), difference(p.name, s.name))
			}
		})
		v.on(onEnd, func(*session.Entry) {
			for _, s := range v.wanted() {
				if s.role == session.Play {
					tell(s)
				}
			}
		})
	},
})

// playOf plays a name in a session of its own.
func playOf(name string) script.Act {
	return script.Do(script.Connected, script.Created, script.Call(client, 1, str("play"), num(3), nul, str(name), num(-2000)), script.PlayStart)
}

// nearName is a stream that is published at the same server and application under a
// name that is nearly that of s; nil when there is none, or one of the very name.
func (v *view) nearName(s *stream) (near *stream) {
	for _, o := range v.judge.neighbours() {
		if o.serverAddr != v.serverAddr || o.connect.app != v.connect.app {
			continue
		}
		for _, p := range o.streams {
			if p.role != session.Publish || p.refused {
				continue
			}
			if p.name == s.name {
				return nil
			}
			if difference(s.name, p.name) != "" {
				near = p
			}
		}
	}
	return near
}

// nearWaiting is a play of a name that is nearly the one of s and that nobody publishes,
// at the same server and application, still without media; nil when there is none.
func (v *view) nearWaiting(s *stream) *stream {
	for _, o := range v.judge.neighbours() {
		if o == v || o.serverAddr != v.serverAddr || o.connect.app != v.connect.app || !o.isOpen() {
			continue
		}
		for _, p := range o.streams {
			if p.role == session.Play && p.running() && !p.heard() && difference(p.name, s.name) != "" && o.nearName(p) == s {
				return p
			}
		}
	}
	return nil
}

// difference says in what two names differ, without telling them, when they are
// nearly alike; "" when they are not. Short names are alike by chance.
func difference(a, b string) string {
	a, _, _ = strings.Cut(a, "?")
	b, _, _ = strings.Cut(b, "?")
	switch {
	case a == b:
		return "its query"
	case strings.EqualFold(a, b):
		return "upper and lower case"
	case strings.Trim(a, "/ ") == strings.Trim(b, "/ "):
		return "a slash or blank at an end"
	case min(len(a), len(b)) >= 5 && oneApart(a, b) && !onlyDigit(a, b):
		return "one character"
	}
	return ""
}

// oneApart reports whether one character was changed, added or left out, or two
// neighbours changed places.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) > 1:
		return false
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+2 <= len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// onlyDigit reports whether names differ in a digit, as cam1 and cam2 do on purpose.
func onlyDigit(a, b string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, s)
	}
	return digits(a) == digits(b)
}
