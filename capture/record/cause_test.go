package record

import (
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

var (
	causeClient = netip.MustParseAddrPort("10.0.0.1:50000")
	causeServer = netip.MustParseAddrPort("10.0.0.2:1935")
)

// TestCausesAreReadBack: why a direction ended, and what is known of a connection,
// are read as they were told; what cannot be written as it is stays bounded.
func TestCausesAreReadBack(t *testing.T) {
	at := time.Unix(1_800_000_000, 0).UTC()
	facts := capture.Facts{{Key: "upstream", Value: "live.example.com:1935"}, {Key: "client.tls.name", Value: "a\"b\u202ec"}}
	refused := capture.Cause{Token: "dial-refused", Target: "live.example.com:1935", Detail: "why"}
	m := source.NewMemory()
	r, err := New(m, Options{})
	for _, err := range []error{
		err,
		r.Begin(1, Opening{Accepted: at, Connected: at, Client: causeClient, Server: causeServer, Reason: "words", Facts: facts}),
		r.End(1, false, at, End{Kind: capture.Fin}),
		r.End(1, true, at, End{Kind: capture.Fin, Cause: capture.Cause{Token: "shutdown"}, Reason: "the proxy is shutting down"}),
		r.Begin(2, Opening{Accepted: at, Client: causeClient, Facts: capture.Facts{{Key: strings.Repeat("k", 99), Value: strings.Repeat("\xffé", 5000)}}}),
		r.End(2, true, at, End{Kind: capture.Reset, Cause: refused, Reason: "any words"}),
		r.Open(3, at, at, causeClient, causeServer),
		r.End(3, false, at, End{Kind: capture.Fin}),
		r.End(3, true, at, End{Cause: capture.Cause{Token: "vanished"}, Reason: "gone"}),
		r.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	all := told.Read(t, m)
	var ends []capture.Cause
	var opened []capture.Facts
	for _, k := range all {
		switch k.Kind {
		case capture.Opened:
			opened = append(opened, k.Facts)
		case capture.Fin, capture.Reset:
			ends = append(ends, k.Cause)
		}
	}
	want := []capture.Cause{{}, {Token: "shutdown"}, refused, {}, {Token: "vanished"}}
	if !reflect.DeepEqual(ends, want) {
		t.Errorf("causes %+v, want %+v", ends, want)
	}
	if !reflect.DeepEqual(opened[0], facts) || opened[2] != nil {
		t.Errorf("facts %+v", opened)
	}
	if f := opened[1]; len(f) != 1 || len(f[0].Key) != 64 || len(f[0].Value) > 6<<10 || !strings.HasPrefix(f[0].Value, "éé") {
		t.Errorf("long facts are read as %+v", f)
	}
}

// TestFactsOutliveTheirSegment: when the segment in which a connection was opened
// is gone, what is known of it is still there.
func TestFactsOutliveTheirSegment(t *testing.T) {
	facts := capture.Facts{{Key: "upstream", Value: "live.example.com:1935"}}
	path := filepath.Join(t.TempDir(), "r.pcapng")
	rec, err := Create(path, Options{Rotate: Rotate{Bytes: 20_000}, Keep: Keep{Files: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	at := time.Unix(1_800_000_000, 0)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(rec.Begin(1, Opening{Accepted: at, Connected: at, Client: causeClient, Server: causeServer, Facts: facts}))
	for range 20 {
		must(rec.Data(1, false, at, make([]byte, 5000)))
	}
	must(rec.Close())
	src := told.File(t, path)
	all := told.Read(t, src)
	if all[0].Kind != capture.Opened || all[0].Reason != "" || !reflect.DeepEqual(all[0].Facts, facts) {
		t.Errorf("repeated as %+v", all[0].Record)
	}
}
