package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxCertificates is how many certificates of a chain are told. Chains in the field
// have two to four.
const maxCertificates = 4

// maxFlights is how many flights of a handshake are told. One has two to six.
const maxFlights = 16

// A Reasoned error knows its [Reason], and what that leaves open.
type Reasoned interface {
	error
	Why() (reason Reason, detail string)
}

// TLSError says why a TLS handshake failed. It is [Informed]: how far it came, and the
// certificates that were shown, are known.
type TLSError struct {
	Reason Reason
	Detail string // of TLSAlerted, the number of the alert; otherwise words of the system
	Err    error  // from package tls
	facts  Facts
}

// Error gives the reason and what it leaves open in one line.
func (e *TLSError) Error() string {
	words, _ := e.Reason.Words()
	return words + " (" + e.Err.Error() + ")"
}

// Unwrap returns the error of package tls.
func (e *TLSError) Unwrap() error { return e.Err }

// Why implements [Reasoned].
func (e *TLSError) Why() (Reason, string) { return e.Reason, e.Detail }

// Facts implements [Informed].
func (e *TLSError) Facts() Facts { return e.facts }

// tlsError gives the error of a handshake its reason.
func tlsError(err error, leg *tlsLeg, facts Facts) *TLSError {
	e := &TLSError{Reason: leg.failed, Detail: plain(err), Err: err, facts: facts}
	var header tls.RecordHeaderError
	switch alert, received := receivedAlert(err); {
	case received:
		e.Reason, e.Detail = leg.alerted, strconv.Itoa(int(alert))
	case errors.As(err, &header):
		e.Reason, e.Detail = leg.notSpoken, fmt.Sprintf("% x", header.RecordHeader)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), breachOf(err).reason == PeerReset:
		e.Reason, e.Detail = leg.ended, ""
	default:
		if known, ok := errors.AsType[Reasoned](err); ok {
			e.Reason, e.Detail = known.Why()
		}
	}
	return e
}

// receivedAlert returns the description of the alert with which the peer ended a
// handshake (RFC 8446 §6). Package tls keeps the type of its alerts to itself, but
// not that they are that number.
func receivedAlert(err error) (description uint8, received bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return 0, false
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 {
		return 0, false
	}
	return uint8(v.Uint()), true
}

// tlsLeg is what TLS has its own names for on each leg.
type tlsLeg struct {
	alerted, notSpoken, ended, failed Reason

	version, cipher, name, alpn, curve, resumed, flights FactKey
	certificate                                          FactKey // and a dot and the number, from 1
}

var (
	clientTLS = tlsLegOf("client", FrontTLSAlerted, FrontTLSNotSpoken, FrontTLSEnded, FrontTLSFailed)
	serverTLS = tlsLegOf("server", TLSAlerted, TLSNotSpoken, TLSEnded, TLSFailed)
)

func tlsLegOf(leg FactKey, alerted, notSpoken, ended, failed Reason) tlsLeg {
	return tlsLeg{alerted, notSpoken, ended, failed, leg + ".tls.version", leg + ".tls.cipher", leg + ".tls.name", leg + ".tls.alpn", leg + ".tls.curve",
		leg + ".tls.resumed", leg + ".tls.flights", leg + ".tls.certificate"}
}

// of are the facts of a handshake, as far as it came.
func (l *tlsLeg) facts(state tls.ConnectionState, flights string) Facts {
	known := Facts(nil).With(l.name, state.ServerName).With(l.flights, flights)
	if state.Version != 0 {
		known = known.With(l.version, tls.VersionName(state.Version)).With(l.cipher, tls.CipherSuiteName(state.CipherSuite)).
			With(l.alpn, state.NegotiatedProtocol)
	}
	if state.CurveID != 0 {
		known = known.With(l.curve, state.CurveID.String())
	}
	if state.DidResume {
		known = known.With(l.resumed, "true")
	}
	return known.Join(Certificates(l.certificate, state.PeerCertificates))
}

// Certificates are a chain as facts: each as base64 of its DER form, under the key
// with its number behind it.
func Certificates(key FactKey, chain []*x509.Certificate) (facts Facts) {
	for i, c := range chain[:min(len(chain), maxCertificates)] {
		facts = facts.With(FactKey(fmt.Sprintf("%s.%d", key, i+1)), base64.StdEncoding.EncodeToString(c.Raw))
	}
	return facts
}

// flights notes when which side said how much in a handshake.
type flights struct {
	mu    sync.Mutex
	begun time.Time
	all   []flight
	over  bool
}

// flight is what one side said before the other one did.
type flight struct {
	at   time.Duration // after the handshake began
	sent bool          // by us
	size int
}

// note adds n bytes that were sent or received.
func (f *flights) note(sent bool, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over || n <= 0 {
		return
	}
	if last := len(f.all) - 1; last >= 0 && f.all[last].sent == sent {
		f.all[last].size += n
	} else if len(f.all) < maxFlights {
		f.all = append(f.all, flight{time.Since(f.begun), sent, n})
	}
}

// end makes what follows no part of the handshake.
func (f *flights) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
}

// String gives each flight as microseconds since the beginning, > for what we sent
// or < for what we received, and bytes: "0>517 12034<4096".
func (f *flights) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, x := range f.all {
		sign := "<"
		if x.sent {
			sign = ">"
		}
		all = append(all, fmt.Sprintf("%d%s%d", x.at.Microseconds(), sign, x.size))
	}
	return strings.Join(all, " ")
}
