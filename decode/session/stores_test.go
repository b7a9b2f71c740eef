package session_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// shelfOf keeps rows and texts as a store of another package would.
type shelfOf[T any] struct{ all []T }

func (s *shelfOf[T]) Add(v T) { s.all = append(s.all, v) }

type rowShelf struct{ shelfOf[session.Row] }

func (s *rowShelf) Row(i int) session.Row { return s.all[i] }

type textShelf struct{ shelfOf[session.Text] }

func (s *textShelf) Text(i int) session.Text { return s.all[i] }

// TestStoresKeepTheSame: a timeline that keeps its rows and texts elsewhere gives
// the same rows, texts and sessions as one that keeps them itself.
func TestStoresKeepTheSame(t *testing.T) {
	began := time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)
	for _, r := range lint.Rules() {
		own := session.New(session.Options{})
		other := session.New(session.Options{Rows: &rowShelf{}, Texts: &textShelf{}})
		r.Bad.Play(own, began)
		r.Bad.Play(other, began)
		a, b := own.Snapshot(), other.Snapshot()
		if a.Len() != b.Len() || a.Len() == 0 {
			t.Fatalf("%s: %d and %d rows", r.ID, a.Len(), b.Len())
		}
		for n := 1; n <= a.Len(); n++ {
			if a.Row(n).At() != b.Row(n).At() || a.Row(n).Offset != b.Row(n).Offset || a.Row(n).Kind != b.Row(n).Kind || !reflect.DeepEqual(a.Text(n), b.Text(n)) {
				t.Fatalf("%s: row %d is %+v %+v, and elsewhere %+v %+v", r.ID, n, a.Row(n), a.Text(n), b.Row(n), b.Text(n))
			}
		}
		if !reflect.DeepEqual(a.Sessions(), b.Sessions()) {
			t.Errorf("%s: other sessions", r.ID)
		}
	}
}

// TestAttemptsGroup: who comes back for the same thing soon after it ended is the
// same attempt, and nobody else.
func TestAttemptsGroup(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2027, 1, 15, 8, 0, second, 0, time.UTC) }
	publish := func(client, stream string, from, to int) session.Info {
		return session.Info{Client: client, App: "live", Stream: text.Marked(stream), Role: session.Publish, OpenedAt: at(from), LastAt: at(to)}
	}
	a, b := "10.0.0.1:1000", "10.0.0.2:1000"
	for name, c := range map[string]struct {
		list []session.Info
		want [][]int
	}{
		"three in a row":   {[]session.Info{publish(a, "k", 0, 2), publish("10.0.0.1:2000", "k", 3, 5), publish("10.0.0.1:3000", "k", 6, 8)}, [][]int{{0, 1, 2}}},
		"without a byte":   {[]session.Info{{Client: a, OpenedAt: at(0), LastAt: at(0)}, publish(a, "k", 1, 2), {Client: b, OpenedAt: at(2), LastAt: at(2)}, {Client: "10.0.0.1:9", OpenedAt: at(50).Add(time.Hour), LastAt: at(50).Add(time.Hour)}}, [][]int{{0, 3}, {1}, {2}}},
		"another client":   {[]session.Info{publish(a, "k", 0, 2), publish(b, "k", 3, 5)}, [][]int{{0}, {1}}},
		"another stream":   {[]session.Info{publish(a, "k", 0, 2), publish(a, "other", 3, 5)}, [][]int{{0}, {1}}},
		"before it ended":  {[]session.Info{publish(a, "k", 0, 9), publish(a, "k", 3, 5)}, [][]int{{0}, {1}}},
		"ended just after": {[]session.Info{publish(a, "k", 0, 2), early(publish("10.0.0.1:2000", "k", 2, 4))}, [][]int{{0, 1}}},
		"another program":  {[]session.Info{by("OBS", publish(a, "k", 0, 2)), by("FFmpeg", publish(a, "k", 3, 4)), by("OBS", publish(a, "k", 5, 6))}, [][]int{{0, 2}, {1}}},
		"interleaved":      {[]session.Info{publish(a, "k", 0, 2), publish(b, "k", 1, 2), publish(a, "k", 3, 4), publish(b, "k", 3, 5)}, [][]int{{0, 2}, {1, 3}}},
		"nothing was said": {[]session.Info{{Client: a, App: "live", OpenedAt: at(0), LastAt: at(1)}, publish(a, "k", 2, 3)}, [][]int{{0, 1}}},
		"of no sessions":   {nil, nil},
	} {
		if got := session.Attempts(c.list); !slices.EqualFunc(got, c.want, slices.Equal[[]int]) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// early is a session that was opened 5 ms before.
func early(i session.Info) session.Info {
	i.OpenedAt = i.OpenedAt.Add(-5 * time.Millisecond)
	return i
}

// by is a session of a program.
func by(agent text.Marked, i session.Info) session.Info {
	i.Agent = agent
	return i
}

// TestAttemptsAreToldByTheirReason: each kind once with its count, and what became of
// the last.
func TestAttemptsAreToldByTheirReason(t *testing.T) {
	began := time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)
	try := func(n int, change func(i *session.Info)) session.Info {
		i := session.Info{Number: uint32(n + 1), Client: "10.0.0.1:1000", App: "live", Stream: "k", Role: session.Publish, Video: 9, Bytes: [2]int64{9, 9},
			OpenedAt: began.Add(time.Duration(n) * 2 * time.Second), LastAt: began.Add(time.Duration(n)*2*time.Second + time.Duration(200+n)*time.Millisecond)}
		change(&i)
		return i
	}
	closed := func(i *session.Info) { i.Ender = session.ServerSide }
	refused := func(i *session.Info) { i.Refusal, i.Video = "NetStream.Publish.BadName", 0 }
	worked := func(i *session.Info) { i.Ender, i.Role = session.ClientSide, session.Play }
	probe := func(i *session.Info) { *i = session.Info{Client: i.Client, OpenedAt: i.OpenedAt, LastAt: i.LastAt} }
	for want, kinds := range map[string][]func(*session.Info){
		"3 attempts in 4.0 s: accepted, then closed ×3":                                           {closed, closed, closed},
		"4 attempts in 6.0 s: refused (NetStream.Publish.BadName) ×2, accepted, then closed ×2":   {refused, closed, refused, closed},
		"2 attempts in 2.0 s: played ×2":                                                          {worked, worked},
		"2 connections without a byte in 2.0 s":                                                   {probe, probe},
		"3 attempts in 4.0 s: accepted, then closed, refused (NetStream.Publish.BadName), played": {closed, refused, worked},
	} {
		var list []session.Info
		var group []int
		for n, k := range kinds {
			list, group = append(list, try(n, k)), append(group, n)
		}
		if got := session.AttemptWords(list, group).Show(false); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
