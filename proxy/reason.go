package proxy

// Reason is why a connection, or one direction of it, ended: a stable token that
// others decide by, and that is written into captures. The words for it are made
// by whoever shows it. Tokens are lower-case words with hyphens; they never change.
type Reason string

// Why the upstream was not reached; of a [DialError], and of the [End] that follows.
const (
	Refused      Reason = "dial-refused"
	DialReset    Reason = "dial-reset"
	DialTimedOut Reason = "dial-timeout"
	NoSuchHost   Reason = "dial-no-such-host"
	LookupFailed Reason = "dial-lookup-failed"
	NoRoute      Reason = "dial-no-route"
	OutOfFiles   Reason = "dial-out-of-files"
	SelfLoop     Reason = "dial-self-loop"
	OtherFailure Reason = "dial-failed"
)

// Why TLS was not agreed on with a server; of a [DialError], and of the [End] that follows.
const (
	TLSAlerted   Reason = "tls-alert"      // the peer ended the handshake with an alert; Detail is its number
	TLSNotSpoken Reason = "tls-not-spoken" // the peer answered with something else; Detail is how that begins
	TLSEnded     Reason = "tls-ended"      // the peer ended the connection in the middle of the handshake
	TLSFailed    Reason = "tls-failed"     // something else; Detail says what
)

// Why the certificate of a server was not accepted; of a [DialError].
const (
	CertExpired    Reason = "tls-cert-expired"
	CertEarly      Reason = "tls-cert-early"       // it is not valid yet
	CertName       Reason = "tls-cert-name"        // it is for other names; Detail lists them
	CertSelfSigned Reason = "tls-cert-self-signed" // nobody but itself vouches for it
	CertIncomplete Reason = "tls-cert-incomplete"  // the server left out who signed it; Detail is that name
	CertUnknown    Reason = "tls-cert-unknown"     // the authority is not trusted; Detail is its name
	CertPinned     Reason = "tls-cert-pin"         // none of its keys is the one that was asked for
	CertInvalid    Reason = "tls-cert-invalid"     // something else; Detail says what
)

// Why a client was not welcomed; of a [FrontError], and of the [End] that follows.
const (
	FrontFailed   Reason = "front-failed"  // what it said before RTMP was not understood, or not agreed to
	FrontTimedOut Reason = "front-timeout" // it did not say it in time

	FrontTLSAlerted   Reason = "front-tls-alert"      // it ended the TLS handshake with an alert; Detail is its number
	FrontTLSNotSpoken Reason = "front-tls-not-spoken" // it said something else; Detail is how that begins
	FrontTLSEnded     Reason = "front-tls-ended"      // it ended the connection in the middle of the handshake
	FrontTLSFailed    Reason = "front-tls-failed"     // something else; Detail says what
)

// Why a direction ended: what one of the peers did.
const (
	PeerClosed Reason = "fin"       // it sent FIN
	PeerReset  Reason = "reset"     // it sent RST
	Vanished   Reason = "vanished"  // it answered nothing any more, neither FIN nor RST came
	Truncated  Reason = "truncated" // its TLS ended without close_notify: nobody knows whether that is all
	PeerBroke  Reason = "broken"    // the system gave its connection up; Detail says why
	PeerGone   Reason = "gone"      // it cannot be written to, and nobody said why
)

// Why a direction ended: what the relay did.
const (
	HalfCloseSilent  Reason = "half-close-silent"  // the other direction had ended, and the sender sent nothing
	HalfCloseStalled Reason = "half-close-stalled" // the other direction had ended, and the receiver took nothing
	ShutDown         Reason = "shutdown"           // the server shut down and its DrainTimeout was over
	ShutDownStalled  Reason = "shutdown-stalled"   // the same, and the receiver did not take what had been read
	CutShort         Reason = "cut"                // the server was told to end at once
)

// reasons lists all of them with their words, those of a dial with advice.
var reasons = []struct {
	reason        Reason
	words, advice string
}{
	{Refused, "connection refused", "is the server running, and is this its RTMP port (usually 1935)?"},
	{DialReset, "connection reset", "the server ended it at once; it may have a limit, or refuse this machine"},
	{DialTimedOut, "no answer in time", "a firewall may drop the packets, or the address is wrong"},
	{NoSuchHost, "no such host", "check the spelling of the host name"},
	{LookupFailed, "name lookup failed", "check the network and its DNS server"},
	{NoRoute, "no route to host", "check the address, the network and the VPN"},
	{OutOfFiles, "out of file descriptors", "raise the limit (ulimit -n) or lower the number of connections"},
	{SelfLoop, "the upstream is this proxy itself", "listen on another port, or name the real server as upstream"},
	{OtherFailure, "connection failed", "check the upstream address"},
	{TLSAlerted, "ended the TLS handshake with an alert", "the number of the alert says what it did not like"},
	{TLSNotSpoken, "does not speak TLS on this port", "use rtmp:// with this port, or the server's port for RTMPS (often 443)"},
	{TLSEnded, "ended the connection during the TLS handshake", "is this its port for RTMPS (often 443)? Some programs refuse a certificate without a word"},
	{TLSFailed, "the TLS handshake failed", "--tls-compat offers what old servers need"},
	{CertExpired, "the certificate has expired", "it must be renewed on the server; --insecure goes on without"},
	{CertEarly, "the certificate is not valid yet", "check the clock of this machine; --insecure goes on without"},
	{CertName, "the certificate is for another name", "use a name that it is for; --insecure goes on without"},
	{CertSelfSigned, "the certificate is self-signed", "--upstream-ca FILE trusts it; --insecure goes on without"},
	{CertIncomplete, "the certificate chain is incomplete", "the server must send the intermediate certificate too (often fullchain.pem); --insecure goes on without"},
	{CertUnknown, "the certificate is signed by an authority that is not trusted", "--upstream-ca FILE trusts it; --insecure goes on without"},
	{CertPinned, "the certificate is not one of those that --pin-sha256 names", "it was renewed, or somebody stands in between"},
	{CertInvalid, "the certificate was not accepted", "--insecure goes on without"},
	{FrontFailed, "what comes before RTMP failed", ""},
	{FrontTimedOut, "what comes before RTMP was not finished in time", ""},
	{FrontTLSAlerted, "ended the TLS handshake with an alert", ""},
	{FrontTLSNotSpoken, "does not speak TLS", ""},
	{FrontTLSEnded, "ended the connection during the TLS handshake", ""},
	{FrontTLSFailed, "the TLS handshake failed", ""},
	{PeerClosed, "closed its side", ""},
	{PeerReset, "connection reset by peer", ""},
	{Vanished, "vanished: it answers nothing any more, and sent neither FIN nor RST", ""},
	{Truncated, "closed the connection in the middle of TLS, without close_notify", ""},
	{PeerBroke, "connection broken", ""},
	{PeerGone, "is gone", ""},
	{HalfCloseSilent, "sent nothing after the other side had closed", ""},
	{HalfCloseStalled, "its bytes were not taken by the other side, which had closed", ""},
	{ShutDown, "the proxy is shutting down", ""},
	{ShutDownStalled, "the proxy is shutting down, and its receiver took nothing", ""},
	{CutShort, "the proxy was told to end at once", ""},
}

// Reasons returns every token.
func Reasons() []Reason {
	all := make([]Reason, len(reasons))
	for i := range reasons {
		all[i] = reasons[i].reason
	}
	return all
}

// Words says the reason in a few words for a person, and what can be done about it,
// if anything can.
func (r Reason) Words() (words, advice string) {
	for i := range reasons {
		if reasons[i].reason == r {
			return reasons[i].words, reasons[i].advice
		}
	}
	return string(r), ""
}

// End says how and why a direction ended.
type End struct {
	How    Close
	Reason Reason // of an Aborted direction, what happened to its receiver
	Target string // host:port that was not reached; empty when it was reached
	Detail string // what the Reason leaves open: the system's error, or how long it was waited
}

// Words says it in one line for a person. dir is the direction that ended.
func (e End) Words(dir Direction) string {
	words, advice := e.Reason.Words()
	if e.Detail != "" {
		words += " (" + e.Detail + ")"
	}
	switch {
	case e.Target != "":
		return "upstream " + e.Target + ": " + words + ": " + advice
	case e.How == Aborted:
		return dir.Opposite().sender() + ": " + words
	case e.How == Shutdown:
		return words
	}
	return dir.sender() + ": " + words
}
