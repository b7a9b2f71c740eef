package live

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// TestArrivalIsRecorded: a client that waits for its upstream is a session before
// the outcome is known, in the capture and so in everything that is made of it.
func TestArrivalIsRecorded(t *testing.T) {
	accepted := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	waits := proxy.ConnInfo{Accepted: accepted, Client: netip.MustParseAddrPort("192.0.2.1:5000"), Upstream: "live.test:1935"}
	reached := waits
	reached.Connected, reached.Server = accepted.Add(4200*time.Millisecond), netip.MustParseAddrPort("192.0.2.2:1935")
	fin := proxy.End{How: proxy.Fin, Reason: proxy.PeerClosed}
	for _, tt := range []struct {
		name           string
		then           proxy.ConnInfo
		client, server proxy.End
		want           []string
	}{
		{"reached", reached, fin, fin, []string{
			"opened 192.0.2.1:5000; connecting to live.test:1935", "connected 192.0.2.2:1935 answered after 4.2 s",
			"closed the client closed its side (FIN)", "closed the server closed its side (FIN)", "finding hs-no-server-answer"}},
		{"not reached", waits, proxy.End{How: proxy.Aborted, Reason: proxy.DialTimedOut}, proxy.End{How: proxy.Reset, Reason: proxy.DialTimedOut, Target: "live.test:1935"}, []string{
			"opened 192.0.2.1:5000; connecting to live.test:1935",
			"closed upstream live.test:1935: no answer in time, so the proxy ended the client's connection: a firewall may drop the packets, or the address is wrong",
			"finding upstream-unreachable"}},
	} {
		path := filepath.Join(t.TempDir(), "a.pcapng")
		rec, err := record.Create(path, record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		q := proxy.NewQueue(1<<20, false)
		r := startRecording(q, rec, true, quiet{})
		q.Arrived(1, waits)
		q.Opened(1, tt.then)
		q.Closed(1, proxy.FromServer, accepted.Add(10*time.Second), tt.server)
		q.Closed(1, proxy.FromClient, accepted.Add(10*time.Second), tt.client)
		q.Close()
		<-r.done
		rec.Source().Close()
		if got := told(t, path); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(tt.want))) {
			t.Errorf("%s: the rows are\n%q, want\n%q", tt.name, got, tt.want)
		}
	}
}

// told reads the rows of a capture.
func told(t *testing.T, path string) (rows []string) {
	t.Helper()
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	_, err = fold.Timeline(src, session.Options{Judge: lint.New(lint.Config{})}, func(e *session.Entry) error {
		words := string(e.Summary)
		if e.Finding != nil {
			words = e.Finding.Rule
		}
		rows = append(rows, fmt.Sprint(e.Kind, " ", words))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
