package session

import (
	"strconv"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/cert"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// The facts of TLS on the leg to a far end. The relay wrote them; see the packages
// proxy and proxy/rtmps. That of a certificate has its number behind it, from 1.
const (
	tlsFacts       = ".tls."
	tlsVersion     = ".tls.version"
	tlsCipher      = ".tls.cipher"
	tlsCurve       = ".tls.curve"
	tlsName        = ".tls.name"
	tlsResumed     = ".tls.resumed"
	tlsFlights     = ".tls.flights"
	tlsOffered     = ".tls.offered"
	tlsVerified    = ".tls.verified"
	tlsUnchecked   = ".tls.unchecked"
	tlsCertificate = ".tls.certificate."
)

// tlsOK is the verdict about a certificate that passed.
const tlsOK = "ok"

// TLS is what is known of the TLS of one leg.
type TLS struct {
	From       decode.Direction // the far end
	Version    string           // "TLS 1.3"; "" when nothing was agreed on
	Cipher     string
	Curve      string
	Name       string // that the client of the leg asked for (SNI)
	Offered    string // versions that it offers, of a client
	Resumed    bool
	Flights    []Flight
	Chain      []string // certificates of the far end, its own first, as captures have them
	Verdict    Cause    // about the chain: why it was not accepted; "" where it was, or nobody asked
	Verified   bool     // it was accepted
	Unchecked  bool     // the connection was relayed whatever the verdict was
	Unanswered bool     // a client's hello was read, and the server not reached
}

// Flight is what one side of a TLS handshake said before the other one did.
type Flight struct {
	At   time.Duration // after the beginning
	Ours bool          // the relay said it
	Size int           // bytes
}

// TLS returns what is known of the TLS of the leg to a far end; known is false when
// that leg has none.
func (f Facts) TLS(far decode.Direction) (t TLS, known bool) {
	leg := far.String()
	get := func(key string) string { v, _ := f.Get(leg + key); return v }
	t = TLS{From: far, Version: get(tlsVersion), Cipher: get(tlsCipher), Curve: get(tlsCurve), Name: get(tlsName), Offered: get(tlsOffered),
		Resumed: get(tlsResumed) != "", Flights: flights(get(tlsFlights)), Unchecked: get(tlsUnchecked) != ""}
	for n := 1; ; n++ {
		c := get(tlsCertificate + strconv.Itoa(n))
		if c == "" {
			break
		}
		t.Chain = append(t.Chain, c)
	}
	switch verdict := get(tlsVerified); verdict {
	case "":
	case tlsOK:
		t.Verified = true
	default:
		t.Verdict = Cause(verdict)
	}
	t.Unanswered = t.Version == "" && len(t.Flights) == 0
	return t, !t.Unanswered || t.Offered != ""
}

// flights reads flights as the relay writes them: "0>517 12034<4096", microseconds,
// > for what it sent, bytes. What cannot be read is left out.
func flights(s string) (all []Flight) {
	for _, word := range strings.Fields(s) {
		at, size, ours := strings.Cut(word, ">")
		if !ours {
			at, size, _ = strings.Cut(word, "<")
		}
		µs, err1 := strconv.ParseInt(at, 10, 48)
		n, err2 := strconv.ParseInt(size, 10, 31)
		if err1 == nil && err2 == nil {
			all = append(all, Flight{time.Duration(µs) * time.Microsecond, ours, int(n)})
		}
	}
	return all
}

// Took is how long the handshake took, as far as it came.
func (t *TLS) Took() time.Duration {
	if len(t.Flights) == 0 {
		return 0
	}
	return t.Flights[len(t.Flights)-1].At
}

// sentence says in one line what the TLS of a leg is.
func (t *TLS) sentence() string {
	var parts []string
	switch {
	case t.Version != "":
		parts = append(parts, t.Version)
	case t.Unanswered:
		parts = append(parts, "asked for and not answered, because the server was not reached")
	default:
		parts = append(parts, "not agreed on")
	}
	for _, s := range []string{t.Cipher, t.Curve} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if t.Name != "" {
		parts = append(parts, "for "+t.Name)
	}
	if t.Resumed {
		parts = append(parts, "resumed")
	}
	if took := t.Took(); took > 0 {
		parts = append(parts, "after "+Duration(took))
	}
	return strings.Join(parts, ", ") + t.certificate()
}

// certificate says what the far end showed, and what came of it.
func (t *TLS) certificate() string {
	if len(t.Chain) == 0 {
		return ""
	}
	line := "a certificate that cannot be read"
	if c, err := cert.Parse(t.Chain[0]); err == nil {
		line = cert.Line(c)
	}
	switch {
	case t.Verified:
		line += ", verified"
	case t.Verdict != "":
		line += ": " + t.Verdict.Words()
		if t.Unchecked {
			line += ", accepted all the same (--insecure)"
		}
	}
	return "; " + line
}

// inform joins facts to those of the connection. What is told later counts; of what is
// told twice at once, the first.
func (c *conn) inform(facts Facts) {
	for i, f := range facts.safe() {
		if _, told := facts[:i].Get(facts[i].Key); told {
			continue
		}
		f.Value = c.t.shared(f.Value)
		c.info.Facts = c.info.Facts.with(f)
	}
}

// secure tells of the TLS of a leg what was not told yet: when it was agreed on, or
// has failed; a hello that nobody answered at the end.
func (c *conn) secure(over bool) {
	for _, far := range []decode.Direction{decode.FromServer, decode.FromClient} {
		t, known := c.info.Facts.TLS(far)
		if !known || c.secured[far] || t.Unanswered && !over {
			continue
		}
		c.secured[far] = true
		c.add(&Entry{Name: "TLS", Summary: text.Marked(t.sentence()), Facts: c.info.Facts.of(far), Row: Row{Kind: Secured, From: far}})
	}
}

// of are the facts of TLS on one leg.
func (f Facts) of(far decode.Direction) (some Facts) {
	for _, x := range f {
		if strings.HasPrefix(x.Key, far.String()+tlsFacts) {
			some = append(some, x)
		}
	}
	return some
}

// plain are the facts without those of TLS, which rows of their own tell.
func (f Facts) plain() (some Facts) {
	for _, x := range f {
		if !strings.HasPrefix(x.Key, decode.FromClient.String()+tlsFacts) && !strings.HasPrefix(x.Key, decode.FromServer.String()+tlsFacts) {
			some = append(some, x)
		}
	}
	return some
}

// with are the facts with one more, or with another value of it.
func (f Facts) with(x Fact) Facts {
	for i := range f {
		if f[i].Key == x.Key {
			more := append(Facts(nil), f...)
			more[i] = x
			return more
		}
	}
	return append(f[:len(f):len(f)], x)
}

const (
	sharedFrom = 256 // bytes of a value from which on equal ones are one
	mostShared = 64  // values
)

// shared returns a value equal to s that others have too. A certificate comes with
// each of ten thousand connections to the same server.
func (t *Timeline) shared(s string) string {
	if len(s) < sharedFrom {
		return s
	}
	if known, ok := t.values[s]; ok {
		return known
	}
	if t.values == nil || len(t.values) >= mostShared {
		t.values = map[string]string{}
	}
	t.values[s] = s
	return s
}
