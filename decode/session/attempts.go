package session

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// attemptGap is the longest pause after which a new connection still counts as
// another attempt: encoders wait up to 30 seconds before they reconnect.
const attemptGap = 45 * time.Second

// attemptOverlap is how long a connection may still be ending when the next one of
// the same client is opened.
const attemptOverlap = 50 * time.Millisecond

// Attempts groups the sessions of a timeline: each group is one client that
// comes back for the same thing after its last connection has ended or has sent
// it elsewhere, as encoders do that reconnect and clients that log in over
// several connections. One that got what it wanted ends its group: two plays that worked,
// as of a download that is resumed, are two plays. All connections of one machine that ended without a byte,
// as those of a health check, are a group, however far apart. Groups hold indices into list, in order; every session is
// in exactly one group. list is the order of opening.
func Attempts(list []Info) (groups [][]int) {
	open := map[string]int{} // what was wanted → group
	for i := range list {
		s := &list[i]
		if s.silent() {
			groups = fold(groups, open, "nothing "+host(s.Client), i)
			continue
		}
		g, found := open[wanted(s, true)]
		if !found {
			g, found = open[wanted(s, false)]
		}
		if found && follows(&list[groups[g][len(groups[g])-1]], s) {
			groups[g] = append(groups[g], i)
		} else {
			g = len(groups)
			groups = append(groups, []int{i})
		}
		open[wanted(s, s.Role != RoleUnknown)] = g
		if s.Redirect != "" {
			open[host(s.Client)+" "+string(s.Agent)+" "+appOf(string(s.Redirect))] = g
		}
	}
	return groups
}

// follows reports whether a session can be the next attempt after another.
func follows(last, s *Info) bool {
	pause := s.OpenedAt.Sub(last.LastAt)
	same := last.Role == RoleUnknown || s.Role == RoleUnknown || last.Role == s.Role && last.Stream == s.Stream
	if last.worked() {
		return false
	}
	if last.Redirect != "" { // the client may go on until it has a new connection
		return same && pause <= attemptGap
	}
	return same && !last.Open && pause >= -attemptOverlap && pause <= attemptGap
}

// worked reports whether a session came to a good end: a play that had media and was not
// cut off at once, or a publish that its client ended after a while.
func (i *Info) worked() bool {
	if i.Audio+i.Video == 0 || i.Refusal != "" || i.Failed != "" || i.dropped() {
		return false
	}
	return i.Role == Play || i.Role == Publish && i.Ender == ClientSide && i.LastAt.Sub(i.OpenedAt) >= dropSoon
}

// wanted is who wants what, with which program; for a connection that ended before it said so, who
// wants something of an application.
func wanted(s *Info, all bool) string {
	key := host(s.Client) + " " + string(s.Agent) + " " + withoutQuery(string(s.App))
	if all && s.Role != RoleUnknown {
		key += "/" + string(s.Stream) + " " + s.Role.String()
	}
	return key
}

// withoutQuery is an application without what it is asked for with: a login in
// several connections appends its answers there.
func withoutQuery(app string) string {
	app, _, _ = strings.Cut(app, "?")
	return strings.TrimSuffix(app, "/")
}

// appOf is the application that a URL names: "live" in rtmp://host/live.
func appOf(url string) string {
	if _, after, ok := strings.Cut(url, "://"); ok {
		url = after
	}
	_, app, _ := strings.Cut(url, "/")
	return withoutQuery(app)
}

func host(addr string) string {
	if a, err := netip.ParseAddrPort(addr); err == nil {
		return a.Addr().String()
	}
	before, _, _ := strings.Cut(addr, " ")
	return before
}

// Rivals groups sessions that publish the same stream at the same time, at the
// same server. Only groups of two and more are returned.
func Rivals(list []Info) (groups [][]int) {
	latest := map[string]int{} // stream → group
	for i := range list {
		s := &list[i]
		if s.Role != Publish {
			continue
		}
		key := s.Server + " " + withoutQuery(string(s.App)) + "/" + string(s.Stream)
		if g, ok := latest[key]; ok && overlaps(list, groups[g], s) {
			groups[g] = append(groups[g], i)
			continue
		}
		latest[key] = len(groups)
		groups = append(groups, []int{i})
	}
	var out [][]int
	for _, g := range groups {
		if len(g) > 1 {
			out = append(out, g)
		}
	}
	return out
}

// overlaps reports whether a session begins while one of the group goes on.
func overlaps(list []Info, group []int, s *Info) bool {
	for _, i := range group {
		if list[i].Open || s.OpenedAt.Before(list[i].LastAt) {
			return true
		}
	}
	return false
}

// Story is what several sessions tell together.
type Story struct {
	Kind     string // "attempts" or "rivals"
	Sessions []uint32
	Words    text.Marked // one line
}

// Stories tells of all sessions that belong together, attempts first.
func Stories(list []Info) (out []Story) {
	for _, g := range Attempts(list) {
		if len(g) > 1 {
			out = append(out, Story{"attempts", numbers(list, g), AttemptWords(list, g)})
		}
	}
	for _, g := range Rivals(list) {
		words := text.Marked(fmt.Sprintf("%d publishers of %s at once: ", len(g), list[g[0]].name()))
		for k, i := range g {
			if k > 0 {
				words += ", "
			}
			words += text.Marked(fmt.Sprintf("session %d ", list[i].Number)) + list[i].outcome(false)
		}
		out = append(out, Story{"rivals", numbers(list, g), words})
	}
	return out
}

func numbers(list []Info, group []int) (out []uint32) {
	for _, i := range group {
		out = append(out, list[i].Number)
	}
	return out
}

// AttemptWords tells of a group of attempts in one line: "50 attempts in 2:00:
// accepted, then closed ×50". Outcomes are told by their kind, each counted; only
// one that stands alone and worked has its time.
func AttemptWords(list []Info, group []int) text.Marked {
	first, last := &list[group[0]], &list[group[len(group)-1]]
	if first.silent() {
		return text.Marked(fmt.Sprintf("%d connections without a byte in %s", len(group), text.Lapse(last.OpenedAt.Sub(first.OpenedAt))))
	}
	words := text.Marked(fmt.Sprintf("%d attempts in %s: ", len(group), text.Lapse(last.OpenedAt.Sub(first.OpenedAt))))
	var kinds []string
	count, long := map[string]int{}, map[string]string{}
	login, logged := "", false
	for k, i := range group {
		kind := string(list[i].outcome(true))
		if count[kind]++; count[kind] == 1 {
			kinds = append(kinds, kind)
			long[kind] = string(list[i].outcome(k == len(group)-1))
		}
		if list[i].Login != "" {
			login = "; a login in three connections is normal"
		}
		logged = logged || list[i].Login != askedToLogIn
	}
	if login != "" && !logged {
		login = "; the client never answers: it has no user and password, or does not know this way to log in"
	}
	for k, kind := range kinds {
		if count[kind] > 1 {
			kinds[k] += fmt.Sprintf(" ×%d", count[kind])
		} else {
			kinds[k] = long[kind]
		}
	}
	return words + text.Marked(strings.Join(kinds, ", ")+login)
}

// name is what the session is about: app/stream.
func (i *Info) name() text.Marked {
	if i.Stream == "" {
		return i.App
	}
	return i.App + "/" + i.Stream
}

// outcome says what became of a session, in a few words. The last of several
// needs no duration.
func (i *Info) outcome(last bool) text.Marked {
	role := map[Role]string{Publish: "publish", Play: "play"}[i.Role]
	done := map[Role]string{Publish: "published", Play: "played"}[i.Role]
	switch {
	case i.Redirect != "":
		return "sent to " + i.Redirect
	case i.Login != "":
		return text.Marked(i.Login)
	case i.Failed != "":
		return text.Marked("accepted, then " + i.Failed)
	case i.dropped():
		return "accepted, then closed"
	case i.Role == Publish && i.Audio+i.Video > 0 && i.Refusal == "" && i.Ender == ServerSide:
		return text.Marked(done + ", then closed by the server")
	case done != "" && i.Audio+i.Video > 0 && i.Refusal == "" && last:
		return text.Marked(done)
	case done != "" && i.Audio+i.Video > 0 && i.Refusal == "":
		return text.Marked(done + " for " + text.Lapse(i.LastAt.Sub(i.OpenedAt)))
	case i.Refusal != "":
		return text.Marked("refused (" + i.Refusal + ")")
	case i.Open:
		return "still open"
	case i.Bytes == [2]int64{}:
		return "probe (nothing was said)"
	case role != "" && i.Accepted && i.Ender == ServerSide:
		return "accepted, then closed without media"
	case role != "" && i.Accepted:
		return "accepted, but no media came"
	case role != "":
		return text.Marked("closed after " + role + ", without media")
	case i.App != "":
		return "closed after connect"
	case i.Bytes[1] == 0:
		return "no answer"
	}
	return "closed in the handshake"
}

// dropped reports whether the server accepted publish or play and ended the connection
// within a short time.
func (i *Info) dropped() bool {
	return i.Role != RoleUnknown && i.Refusal == "" && i.Ender == ServerSide && i.LastAt.Sub(i.OpenedAt) < dropSoon && i.Audio+i.Video > 0
}

// dropSoon is how soon after the opening a server ends what it will not have: later
// something has happened.
const dropSoon = 10 * time.Second

// askedToLogIn is the step that a client without a login never passes.
const askedToLogIn = "asked to log in"

// LoginStep says what a refusal with this description asks of a client that is
// to log in over several connections, as Adobe's and Limelight's scheme do; ok
// is false when it asks for no login.
func LoginStep(description string) (step string, ok bool) {
	switch has := func(s string) bool { return strings.Contains(description, s) }; {
	case has("reason=needauth"):
		return "given salt and challenge", true
	case has("reason=authfailed"):
		return "login failed: wrong password", true
	case has("reason=nosuchuser"):
		return "login failed: no such user", true
	case has("authmod="), has("code=403 need auth"):
		return askedToLogIn, true
	}
	return "", false
}
