package live

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// judged is what a recording says of how its one connection ended.
type judged struct {
	causes  []session.Cause
	words   string // of the first end
	facts   session.Facts
	unreach bool // a rule about servers that were not reached fired
}

// judge reads a recording as everything that shows one does.
func judge(t *testing.T, path string) (got judged) {
	t.Helper()
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	j := lint.New(lint.Config{})
	tl := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
		switch {
		case e.Kind == session.Opened:
			got.facts = e.Facts
		case e.Kind == session.Closed:
			if got.causes = append(got.causes, e.Cause); got.words == "" {
				got.words = e.Summary.Show(false)
			}
		case e.Kind == session.Found && slices.Contains([]string{"upstream-unreachable", "tls-upstream-failed", "tls-upstream-cert"}, e.Finding.Rule):
			got.unreach = true
		}
	}})
	r, err := capture.NewReader(src)
	for err == nil {
		var rec *capture.Record
		if rec, err = r.Next(); err == nil {
			fold.Feed(tl, rec)
		}
	}
	tl.Finish()
	return got
}

// recorded writes a connection that ended like this, the way the relay tells it.
func recorded(t *testing.T, info proxy.ConnInfo, client, server proxy.End) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pcapng")
	rec, err := record.Create(path, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	q := proxy.NewQueue(0, false)
	r := startRecording(q, rec, true, quiet{})
	q.Opened(1, info)
	q.Closed(1, proxy.FromServer, time.Now(), server)
	q.Closed(1, proxy.FromClient, time.Now(), client)
	q.Close()
	<-r.done
	return path
}

// TestReasonsReachTheRules ties maker and reader: each reason that the relay knows is
// the same token after it was recorded and read, is known to who reads it, and the
// rule about servers that were not reached fires for those of a dial alone. Of these a
// person reads in the log what stands in the timeline: a wall stands between the two
// tables of words, and this compares them.
func TestReasonsReachTheRules(t *testing.T) {
	how := map[proxy.Reason]proxy.Close{proxy.PeerClosed: proxy.Fin, proxy.HalfCloseSilent: proxy.Timeout,
		proxy.HalfCloseStalled: proxy.Timeout, proxy.ShutDown: proxy.Shutdown, proxy.CutShort: proxy.Shutdown}
	now := time.Now()
	for _, reason := range proxy.Reasons() {
		kind, clean := how[reason]
		if !clean {
			kind = proxy.Reset
		}
		words, advice := reason.Words()
		info := proxy.ConnInfo{Client: netip.MustParseAddrPort("10.0.0.1:50000"), Accepted: now,
			Facts: proxy.Facts{{Key: proxy.FactTarget, Value: "a:1"}}}
		end := proxy.End{How: kind, Reason: reason}
		if isDial := advice != ""; isDial {
			end.Target = "a:1"
		} else {
			info.Connected, info.Server = now, netip.MustParseAddrPort("10.0.0.2:1935")
		}
		got := judge(t, recorded(t, info, proxy.End{How: proxy.Fin, Reason: proxy.PeerClosed}, end))
		cause := session.Cause(reason)
		if len(got.causes) == 0 || got.causes[0] != cause || !cause.Known() {
			t.Errorf("%s: read as %v, known %v", reason, got.causes, cause.Known())
		}
		if got.unreach != (advice != "") || cause.Unreached() != got.unreach {
			t.Errorf("%s: the rule fires: %v", reason, got.unreach)
		}
		if got.unreach && !(strings.HasPrefix(got.words, "upstream a:1: ") && strings.Contains(got.words, subjectless(words)) && strings.HasSuffix(got.words, advice)) {
			t.Errorf("%s: the log says %q and %q, the timeline %q", reason, words, advice, got.words)
		}
		if v, _ := got.facts.Get(string(proxy.FactTarget)); v != "a:1" {
			t.Errorf("%s: facts are %v", reason, got.facts)
		}
	}
}

// subjectless is what a reason says without whom it says it of: the timeline names the
// server by a pronoun where the log does not.
func subjectless(words string) string {
	for _, subject := range []string{"the server ", "the ", "its ", "it "} {
		words = strings.TrimPrefix(words, subject)
	}
	return words
}

// dials fails in one way.
type dials struct{ err error }

func (d dials) DialContext(context.Context, string, string) (net.Conn, error) { return nil, d.err }

// TestDialErrorsReachTheRules: the same from the error that a dialer returns, through
// the relay itself.
func TestDialErrorsReachTheRules(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want session.Cause
	}{
		{syscall.ECONNREFUSED, session.DialRefused},
		{syscall.ECONNRESET, session.DialReset},
		{context.DeadlineExceeded, session.DialTimeout},
		{&net.DNSError{IsNotFound: true}, session.DialNoSuchHost},
		{&net.DNSError{}, session.DialLookupFailed},
		{syscall.EHOSTUNREACH, session.DialNoRoute},
		{syscall.EMFILE, session.DialOutOfFiles},
		{errors.New("of another kind"), session.DialFailed},
	} {
		path := filepath.Join(t.TempDir(), "a.pcapng")
		rec, err := record.Create(path, record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		q := proxy.NewQueue(0, false)
		r := startRecording(q, rec, true, quiet{})
		s := &proxy.Server{Upstream: &proxy.TCPUpstream{Address: "192.0.2.1:1935", Dialer: dials{tt.err}}, Tap: q}
		if err := s.Listen(t.Context(), proxy.Listener{Address: "127.0.0.1:0"}); err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- s.Serve(context.Background()) }()
		if c, err := net.Dial("tcp", s.Addrs()[0].String()); err == nil { // it may be reset before it is seen to be open
			c.Read(make([]byte, 1)) // it is reset
			c.Close()
		}
		for s.Totals().DialFailures == 0 {
			runtime.Gosched()
		}
		if err := s.Shutdown(t.Context()); err != nil || <-served != nil {
			t.Fatal(err)
		}
		q.Close()
		<-r.done
		rec.Source().Close()
		if got := judge(t, path); len(got.causes) != 1 || got.causes[0] != tt.want || !got.unreach {
			t.Errorf("%v: %+v, want %s", tt.err, got, tt.want)
		}
	}
}
