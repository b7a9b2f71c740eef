package session

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Cause is why a side's bytes ended: a stable token that rules decide by. The
// relay chose it and the capture carried it; where a capture says nothing, it is
// what the packet was, a FIN or a RST.
type Cause string

// The peer itself ended, or its connection did.
const (
	PeerClosed Cause = "fin"
	PeerReset  Cause = "reset"
	Vanished   Cause = "vanished"  // neither FIN nor RST came
	Truncated  Cause = "truncated" // its TLS ended without close_notify
	PeerBroke  Cause = "broken"    // the system gave the connection up
	PeerGone   Cause = "gone"      // it could not be written to
)

// The relay ended it.
const (
	HalfCloseSilent  Cause = "half-close-silent"  // the peer had closed, this side sent nothing
	HalfCloseStalled Cause = "half-close-stalled" // the peer had closed and took nothing
	ShutDown         Cause = "shutdown"
	ShutDownStalled  Cause = "shutdown-stalled" // the receiver did not take what was on its way
	CutShort         Cause = "cut"
)

// The relay ended it before RTMP began, because of what the client said first.
const (
	FrontFailed  Cause = "front-failed"  // it was not understood, or not agreed to
	FrontTimeout Cause = "front-timeout" // it was not said in time

	FrontTLSAlert     Cause = "front-tls-alert"      // the client ended the TLS handshake with an alert
	FrontTLSNotSpoken Cause = "front-tls-not-spoken" // it said something else
	FrontTLSEnded     Cause = "front-tls-ended"      // it left in the middle of the handshake
	FrontTLSFailed    Cause = "front-tls-failed"
)

// The relay ended it, because it did not reach the server.
const (
	DialRefused      Cause = "dial-refused"
	DialReset        Cause = "dial-reset"
	DialTimeout      Cause = "dial-timeout"
	DialNoSuchHost   Cause = "dial-no-such-host"
	DialLookupFailed Cause = "dial-lookup-failed"
	DialNoRoute      Cause = "dial-no-route"
	DialOutOfFiles   Cause = "dial-out-of-files"
	DialSelfLoop     Cause = "dial-self-loop"
	DialFailed       Cause = "dial-failed"

	TLSAlert     Cause = "tls-alert"      // the server ended the TLS handshake with an alert
	TLSNotSpoken Cause = "tls-not-spoken" // it answered with something else
	TLSEnded     Cause = "tls-ended"      // it left in the middle of the handshake
	TLSFailed    Cause = "tls-failed"

	CertExpired    Cause = "tls-cert-expired"
	CertEarly      Cause = "tls-cert-early"       // not valid yet
	CertName       Cause = "tls-cert-name"        // for another name
	CertSelfSigned Cause = "tls-cert-self-signed" // only itself vouches for it
	CertIncomplete Cause = "tls-cert-incomplete"  // who signed it was left out
	CertUnknown    Cause = "tls-cert-unknown"     // its authority is not trusted
	CertPin        Cause = "tls-cert-pin"         // not the key that was asked for
	CertInvalid    Cause = "tls-cert-invalid"
)

// Nobody is known to have ended it.
const (
	EndElsewhere Cause = "end-elsewhere" // the end is in a part of the recording that is not here
	InWords      Cause = "in-words"      // only the words of the recorder say why
)

// actor says who acted.
type actor uint8

const (
	nobodyKnown actor = iota
	byPeer
	byRelay
	byDial // the relay, because of the dial
)

// causes are all of them with the words for them.
var causes = map[Cause]struct {
	by            actor
	words, advice string // of a dial: why it failed, what to do
}{
	PeerClosed: {by: byPeer}, PeerReset: {by: byPeer}, Vanished: {by: byPeer}, Truncated: {by: byPeer}, PeerBroke: {by: byPeer}, PeerGone: {by: byPeer},
	HalfCloseSilent: {by: byRelay}, HalfCloseStalled: {by: byRelay}, ShutDown: {by: byRelay}, ShutDownStalled: {by: byRelay}, CutShort: {by: byRelay}, FrontFailed: {by: byRelay}, FrontTimeout: {by: byRelay},
	FrontTLSAlert: {by: byRelay}, FrontTLSNotSpoken: {by: byRelay}, FrontTLSEnded: {by: byRelay}, FrontTLSFailed: {by: byRelay},
	DialRefused:      {byDial, "connection refused", "is the server running, and is this its RTMP port (usually 1935)?"},
	DialReset:        {byDial, "connection reset", "the server ended it at once; it may have a limit, or refuse this machine"},
	DialTimeout:      {byDial, "no answer in time", "a firewall may drop the packets, or the address is wrong"},
	DialNoSuchHost:   {byDial, "no such host", "check the spelling of the host name"},
	DialLookupFailed: {byDial, "name lookup failed", "check the network and its DNS server"},
	DialNoRoute:      {byDial, "no route to host", "check the address, the network and the VPN"},
	DialOutOfFiles:   {byDial, "out of file descriptors", "raise the limit (ulimit -n) or lower the number of connections"},
	DialSelfLoop:     {byDial, "the upstream is this proxy itself", "listen on another port, or name the real server as upstream"},
	DialFailed:       {byDial, "connection failed", "check the upstream address"},
	TLSAlert:         {byDial, "it ended the TLS handshake with an alert", "the number of the alert says what it did not like"},
	TLSNotSpoken:     {byDial, "it does not speak TLS on this port", "use rtmp:// with this port, or the server's port for RTMPS (often 443)"},
	TLSEnded:         {byDial, "it ended the connection during the TLS handshake", "is this its port for RTMPS (often 443)? Some programs refuse a certificate without a word"},
	TLSFailed:        {byDial, "the TLS handshake failed", "--tls-compat offers what old servers need"},
	CertExpired:      {byDial, "the certificate has expired", "it must be renewed on the server; --insecure goes on without"},
	CertEarly:        {byDial, "the certificate is not valid yet", "check the clock of this machine; --insecure goes on without"},
	CertName:         {byDial, "the certificate is for another name", "use a name that it is for; --insecure goes on without"},
	CertSelfSigned:   {byDial, "the certificate is self-signed", "--upstream-ca FILE trusts it; --insecure goes on without"},
	CertIncomplete:   {byDial, "the certificate chain is incomplete", "the server must send the intermediate certificate too (often fullchain.pem); --insecure goes on without"},
	CertUnknown:      {byDial, "the certificate is signed by an authority that is not trusted", "--upstream-ca FILE trusts it; --insecure goes on without"},
	CertPin:          {byDial, "the certificate is not one of those that --pin-sha256 names", "it was renewed, or somebody stands in between"},
	CertInvalid:      {byDial, "the certificate was not accepted", "--insecure goes on without"},
	EndElsewhere:     {},
	InWords:          {},
}

// Known reports whether the token is one of those above.
func (c Cause) Known() bool {
	_, known := causes[c]
	return known
}

// Unreached reports whether the relay ended the connection because it did not
// reach the server.
func (c Cause) Unreached() bool { return causes[c].by == byDial }

// ByRelay reports whether the relay ended the connection, and neither peer did.
func (c Cause) ByRelay() bool { return causes[c].by == byRelay || causes[c].by == byDial }

// ByPeer reports whether a peer ended it, or its connection broke.
func (c Cause) ByPeer() bool { return causes[c].by == byPeer }

// Words say in a few words why a server was not reached; "" of other causes.
func (c Cause) Words() string { return causes[c].words }

// End is how and why a side ended its direction.
type End struct {
	How    How
	Cause  Cause  // "" where the capture says nothing
	Target string // host:port that was not reached
	Detail string // what the cause leaves open
	Words  string // what the recorder said; shown where it gave no cause that is known
	Facts  Facts  // what was learned of the connection since it was opened
}

// settled gives an end a cause if it has none, and makes its words safe.
func (e End) settled() End {
	switch {
	case e.Cause == InWords:
	case e.Cause.Known():
		e.Words = ""
	case e.Cause != "":
	case e.How == Reset:
		e.Cause = PeerReset
	case e.Words == "":
		e.Cause = PeerClosed
	default:
		e.Cause = InWords
	}
	e.Target, e.Detail, e.Words = text.Safe(e.Target), text.Safe(e.Detail), text.Safe(e.Words)
	return e
}

// dial says why the server was not reached.
func (e End) dial() string {
	words := causes[e.Cause].words
	detail := e.Detail
	if e.Cause == TLSAlert {
		detail = alert(detail)
	}
	return words + inBrackets(detail)
}

// reason says why a side ended, without saying that it did: "" where the end is
// all there is to say.
func (e End) reason(dir decode.Direction) string {
	switch e.Cause {
	case PeerClosed, PeerGone:
		return ""
	case Vanished:
		return "it answered nothing any more and sent neither FIN nor RST" + inBrackets(e.Detail)
	case Truncated:
		return "its TLS ended without close_notify, so bytes may be missing"
	case PeerBroke:
		return e.Detail
	case HalfCloseSilent:
		return fmt.Sprintf("the %s sent nothing%s after the %s had closed", dir, forSo(e.Detail), dir.Peer())
	case HalfCloseStalled:
		return fmt.Sprintf("the %s had closed and took nothing%s", dir.Peer(), forSo(e.Detail))
	case ShutDown:
		return "the proxy was shutting down"
	case FrontFailed:
		return "what the client said before RTMP failed" + after(e.Detail)
	case FrontTLSAlert:
		return "it ended the TLS handshake with an alert" + inBrackets(alert(e.Detail))
	case FrontTLSNotSpoken:
		return "it does not speak TLS; it begins with" + after(e.Detail)
	case FrontTLSEnded:
		return "it ended the connection during the TLS handshake"
	case FrontTLSFailed:
		return "the TLS handshake failed" + after(e.Detail)
	case FrontTimeout:
		return "the client did not say in time what comes before RTMP" + inBrackets(e.Detail)
	case EndElsewhere:
		return "the end of this side is in segments of the recording that are not here"
	case ShutDownStalled:
		return fmt.Sprintf("the proxy was shutting down, and the %s did not take what was on its way", dir.Peer())
	case CutShort:
		return "the proxy was told to end at once"
	}
	if e.Cause.Unreached() {
		return "upstream " + e.Target + ": " + e.dial() + ": " + causes[e.Cause].advice
	}
	return e.Words
}

// sentence says who ended a direction and how.
func (e End) sentence(dir decode.Direction) string {
	why := e.reason(dir)
	switch {
	case e.Cause.Unreached():
		return "upstream " + e.Target + ": " + e.dial() + ", so the proxy ended the client's connection: " + causes[e.Cause].advice
	case e.Cause == PeerClosed:
		return fmt.Sprintf("the %s closed its side (FIN)", dir)
	case e.Cause == PeerReset:
		return fmt.Sprintf("the %s reset the connection (RST)", dir) + after(why)
	case e.Cause == Vanished:
		return fmt.Sprintf("the %s vanished: %s", dir, why)
	case e.Cause == Truncated:
		return fmt.Sprintf("the %s cut the connection off: %s", dir, why)
	case e.Cause == PeerBroke:
		return fmt.Sprintf("the connection to the %s broke: %s", dir, why)
	case e.Cause == PeerGone:
		return fmt.Sprintf("the %s is gone", dir)
	case e.Cause == EndElsewhere:
		return why
	case e.Cause.ByRelay() && e.How == Reset:
		return "the proxy reset the connection: " + why
	case e.Cause.ByRelay():
		return fmt.Sprintf("the proxy ended the %s's side: %s", dir, why)
	}
	return fmt.Sprintf("the %s's side was ended: %s", dir, why) // by a recorder newer than this
}

// brief says the same in a few words, for narrow places.
func (e End) brief(dir decode.Direction) string {
	switch {
	case e.Cause.Unreached():
		return e.Cause.Words()
	case e.Cause == PeerReset && e.Words == "":
		return "reset by the " + dir.String()
	case e.Cause == Vanished:
		return "the " + dir.String() + " vanished"
	}
	if why := e.reason(dir); why != "" {
		return why
	}
	return "the " + dir.String() + " is gone"
}

func after(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func forSo(long string) string {
	if long == "" {
		return ""
	}
	return " for " + long
}
