package live

import (
	"errors"
	"io"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// TestEndsAreRecordedAsTheyWere: a clean end is a FIN in the file and nothing else
// is, because what the relay gave up on was a reset for its receiver.
func TestEndsAreRecordedAsTheyWere(t *testing.T) {
	for _, tt := range []struct {
		end  proxy.End
		want capture.Kind
	}{
		{proxy.End{How: proxy.Fin, Reason: proxy.PeerClosed}, capture.Fin},
		{proxy.End{How: proxy.Reset, Reason: proxy.PeerReset}, capture.Reset},
		{proxy.End{How: proxy.Timeout, Reason: proxy.HalfCloseStalled, Detail: "1m0s"}, capture.Reset},
		{proxy.End{How: proxy.Timeout, Reason: proxy.HalfCloseSilent, Detail: "1m0s"}, capture.Reset},
		{proxy.End{How: proxy.Timeout, Reason: proxy.ShutDownStalled}, capture.Reset},
		{proxy.End{How: proxy.Shutdown, Reason: proxy.ShutDown}, capture.Fin},
	} {
		q := proxy.NewQueue(1<<20, false)
		path := filepath.Join(t.TempDir(), "a.pcapng")
		rec, err := record.Create(path, record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Source().Close()
		r := startRecording(q, rec, true, quiet{})
		at := time.Now()
		q.Opened(1, proxy.ConnInfo{Accepted: at, Connected: at,
			Client: netip.MustParseAddrPort("192.0.2.1:5000"), Server: netip.MustParseAddrPort("192.0.2.2:1935")})
		q.Closed(1, proxy.FromClient, at, proxy.End{How: proxy.Fin, Reason: proxy.PeerClosed})
		q.Closed(1, proxy.FromServer, at, tt.end)
		q.Close()
		<-r.done
		if got := endOf(t, path); got != tt.want {
			t.Errorf("%v (%s) is recorded as %v, want %v", tt.end.How, tt.end.Reason, got, tt.want)
		}
	}
}

// endOf returns how the direction from the server ended, according to a capture.
func endOf(t *testing.T, path string) (end capture.Kind) {
	t.Helper()
	src, err := capture.OpenFile(path, capture.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	r, err := capture.NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return end
		} else if err != nil {
			t.Fatal(err)
		}
		if rec.FromServer && (rec.Kind == capture.Fin || rec.Kind == capture.Reset) {
			end = rec.Kind
		}
	}
}
