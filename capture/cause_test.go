package capture

import (
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

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
	facts := Facts{{"upstream", "live.example.com:1935"}, {"client.tls.name", "a\"b\u202ec"}}
	refused := Cause{Token: "dial-refused", Target: "live.example.com:1935", Detail: "why"}
	m := source.NewMemory()
	r, err := NewRecorder(m, Options{})
	for _, err := range []error{
		err,
		r.Begin(1, Opening{Accepted: at, Connected: at, Client: causeClient, Server: causeServer, Reason: "words", Facts: facts}),
		r.End(1, false, at, End{Kind: Fin}),
		r.End(1, true, at, End{Kind: Fin, Cause: Cause{Token: "shutdown"}, Reason: "the proxy is shutting down"}),
		r.Begin(2, Opening{Accepted: at, Client: causeClient, Facts: Facts{{strings.Repeat("k", 99), strings.Repeat("\xffé", 5000)}}}),
		r.End(2, true, at, End{Kind: Reset, Cause: refused, Reason: "any words"}),
		r.Open(3, at, at, causeClient, causeServer),
		r.End(3, false, at, End{Kind: Fin}),
		r.End(3, true, at, End{Cause: Cause{Token: "vanished"}, Reason: "gone"}),
		r.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	all := readMemory(t, m)
	var ends []Cause
	var opened []Facts
	for _, k := range all {
		switch k.Kind {
		case Opened:
			opened = append(opened, k.Facts)
		case Fin, Reset:
			ends = append(ends, k.Cause)
		}
	}
	want := []Cause{{}, {Token: "shutdown"}, refused, {}, {Token: "vanished"}}
	if !reflect.DeepEqual(ends, want) {
		t.Errorf("causes %+v, want %+v", ends, want)
	}
	if !reflect.DeepEqual(opened[0], facts) || opened[2] != nil {
		t.Errorf("facts %+v", opened)
	}
	if f := opened[1]; len(f) != 1 || len(f[0].Key) != maxFactKey || len(f[0].Value) > maxFactValue || !strings.HasPrefix(f[0].Value, "éé") {
		t.Errorf("long facts are read as %+v", f)
	}
}

// TestFactsOutliveTheirSegment: when the segment in which a connection was opened
// is gone, what is known of it is still there.
func TestFactsOutliveTheirSegment(t *testing.T) {
	facts := Facts{{"upstream", "live.example.com:1935"}}
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
	src := openFile(t, path)
	all := readMemory(t, src)
	if all[0].Kind != Opened || !strings.Contains(all[0].Reason, "not here") || !reflect.DeepEqual(all[0].Facts, facts) {
		t.Errorf("carried on as %+v", all[0].Record)
	}
}

// TestFactsOfOthersAreNotBelieved: a packet comment in somebody else's capture is
// no word of a recorder.
func TestFactsOfOthersAreNotBelieved(t *testing.T) {
	f := &flow{reader: &Reader{}}
	f.reader.packet.end = &Cause{Token: "dial-refused"}
	if c := f.cause(Reset); c != (Cause{}) {
		t.Errorf("%+v", c)
	}
}

// TestOldWords: recordings made before ends had causes give the same ones, as far as their
// words tell. The words are those that those programs wrote.
func TestOldWords(t *testing.T) {
	for _, tt := range []struct {
		kind  Kind
		words string
		want  Cause
	}{
		{Fin, "", Cause{}},
		{Reset, "", Cause{}},
		{Reset, "upstream [::1]:1935: connection refused: is the server running, and is this its RTMP port (usually 1935)?", Cause{"dial-refused", "[::1]:1935", ""}},
		{Reset, "upstream a.example:1935: connection reset: the server ended it at once; it may have a limit, or refuse this machine", Cause{"dial-reset", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: no answer in time: a firewall may drop the packets, or the address is wrong", Cause{"dial-timeout", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: no such host: check the spelling of the host name", Cause{"dial-no-such-host", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: name lookup failed: check the network and its DNS server", Cause{"dial-lookup-failed", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: no route to host: check the address, the network and the VPN", Cause{"dial-no-route", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: out of file descriptors: raise the limit (ulimit -n) or lower the number of connections", Cause{"dial-out-of-files", "a.example:1935", ""}},
		{Reset, "upstream 127.0.0.1:1936: the upstream is this proxy itself: listen on another port, or name the real server as upstream", Cause{"dial-self-loop", "127.0.0.1:1936", ""}},
		{Reset, "upstream a.example:1935: connection failed: check the upstream address (dial tcp: unknown port)", Cause{"dial-failed", "a.example:1935", "dial tcp: unknown port"}},
		{Reset, "upstream refused the connection", Cause{}},
		{Reset, "client: connection reset by peer", Cause{Token: "reset"}},
		{Reset, "server: broken pipe", Cause{Token: "reset"}},
		{Reset, "server: connection timed out", Cause{Token: "vanished"}},
		{Reset, "client: no buffer space available", Cause{Token: "broken", Detail: "no buffer space available"}},
		{Reset, "somebody wrote this: connection refused", Cause{}},
		{Fin, "the proxy is shutting down", Cause{Token: "shutdown"}},
		{Fin, "the proxy was told to end at once", Cause{Token: "cut"}},
		{Fin, "half-closed, and server sent nothing for 1m0s", Cause{Token: "half-close-silent", Detail: "1m0s"}},
		{Fin, "half-closed, and client took nothing for 1m0s", Cause{Token: "half-close-stalled", Detail: "1m0s"}},
		{Fin, "upstream a:1: connection refused: x", Cause{Token: EndInWords}},
	} {
		if got := wordsToCause(tt.kind, tt.words); got != tt.want {
			t.Errorf("%v %q: %+v, want %+v", tt.kind, tt.words, got, tt.want)
		}
	}
}
