package session

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/rtmpscope/rtmpscope/decode"
)

// agreed are the facts of a server's leg, and shaken those of a client's.
var (
	agreed = Facts{{"upstream", "live.test:443"}, {"server.tls.name", "live.test"}, {"server.tls.flights", "0>517 12034<4096 12500>80"},
		{"server.tls.version", "TLS 1.3"}, {"server.tls.cipher", "TLS_AES_128_GCM_SHA256"}, {"server.tls.curve", "X25519"}, {"server.tls.verified", "ok"}}
	shaken = Facts{{"client.tls.offered", "TLS 1.3, TLS 1.2"}, {"client.tls.flights", "3<517 900>1300"}, {"client.tls.version", "TLS 1.2"}}
	greets = Facts{{"client.tls.offered", "TLS 1.2"}, {"client.tls.name", "asked.test"}}
)

// rowsOf tells the rows of a connection with such facts that is opened, reached if it
// waits, and ended.
func rowsOf(open Facts, waits bool, reached Facts, end End) (rows []string) {
	tl := New(Options{OnEntry: func(e *Entry) { rows = append(rows, e.Kind.String()+" "+e.From.String()+" "+string(e.Summary)) }})
	at := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	server := "192.0.2.2:443"
	if waits || end.Cause.Unreached() {
		server = ""
	}
	tl.Open(Connection{ID: 1, At: at, Client: "192.0.2.1:5000", Server: server, Waits: waits, Relayed: true, Facts: open})
	if reached != nil {
		tl.Reached(1, at.Add(time.Second), "192.0.2.2:443", reached)
	}
	tl.Close(1, decode.FromServer, at.Add(2*time.Second), end)
	return rows
}

// TestTLSHasRows: what TLS is on a leg is told once, when it is known, and a client's
// hello that nobody answered at the end.
func TestTLSHasRows(t *testing.T) {
	const opened, closed = "opened", "closed"
	onServer := "tls server TLS 1.3, TLS_AES_128_GCM_SHA256, X25519, for live.test, after 12 ms"
	onClient := "tls client TLS 1.2, after 900 µs"
	both := append(append(Facts{}, agreed...), shaken...)
	expired := Facts{{"server.tls.flights", "0>517 12034<4096"}, {"server.tls.certificate.1", "AAAA"}, {"server.tls.verified", "tls-cert-expired"}}
	refused := "tls server not agreed on, after 12 ms; a certificate that cannot be read: the certificate has expired"
	lost := End{How: Reset, Cause: CertExpired, Target: "live.test:443", Facts: expired}
	for _, tt := range []struct {
		name  string
		open  Facts
		waits bool
		later Facts
		end   End
		want  []string
	}{
		{"none", Facts{{"upstream", "live.test:1935"}}, false, nil, End{How: Fin}, []string{opened, closed}},
		{"both legs", both, false, nil, End{How: Fin}, []string{opened, onServer, onClient, closed}},
		{"once it was reached", greets, true, both, End{How: Fin}, []string{opened, "connected", onServer, strings.Replace(onClient, ", after", ", for asked.test, after", 1), closed}},
		{"not accepted", Facts{{"upstream", "x"}}, true, nil, lost, []string{opened, refused, closed}},
		{"a client that waits in vain", greets, true, nil, lost, []string{opened, refused, "tls client asked for and not answered, because the server was not reached, for asked.test", closed}},
		{"accepted all the same", append(Facts{{"server.tls.version", "TLS 1.3"}, {"server.tls.unchecked", "true"}}, expired...), false, nil, End{How: Fin},
			[]string{opened, "tls server TLS 1.3, after 12 ms; a certificate that cannot be read: the certificate has expired, accepted all the same (--insecure)", closed}},
	} {
		got := rowsOf(tt.open, tt.waits, tt.later, tt.end)
		for i := range got {
			if kind, _, _ := strings.Cut(got[i], " "); kind != "tls" {
				got[i] = kind
			}
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestFlights: what is not a flight is left out, whatever a capture says.
func TestFlights(t *testing.T) {
	want := []Flight{{0, true, 517}, {12034 * time.Microsecond, false, 4096}}
	if got := flights("0>517 x>1 5>y 7 <3 99999999999999999999>1 12034<4096"); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

// TestCertificatesAreShared: ten thousand connections to one server hold its
// certificate once, and many servers are not kept for ever.
func TestCertificatesAreShared(t *testing.T) {
	tl := New(Options{})
	long := strings.Repeat("c", sharedFrom)
	first := tl.shared(long)
	if again := tl.shared(strings.Clone(long)); unsafe.StringData(first) != unsafe.StringData(again) {
		t.Error("the same certificate is kept twice")
	}
	for n := range 3 * mostShared {
		tl.shared(strings.Repeat("x", sharedFrom+n))
	}
	if len(tl.values) > mostShared {
		t.Errorf("%d values are kept", len(tl.values))
	}
}
