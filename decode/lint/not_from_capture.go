package lint

import "github.com/rtmpscope/rtmpscope/decode/session"

// The faults that only the relay, or a decoder of another protocol, could see.
// They stand in the table so that a reader finds out why they are never
// reported.
var (
	_ = register(Rule{
		ID: "tls-cert-rejected", Severity: session.Error,
		Title:  "A certificate was rejected",
		Why:    "One side of a TLS connection does not trust the other's certificate: unknown authority, wrong name, expired, or pinned.",
		Fix:    "Read the relay's log of the TLS leg; it names the certificate and the reason.",
		Source: "obsproject/obs-studio#11586, snapcrafters/obs-studio#120; RFC 8446 §6.2, alerts 42 to 48",

		NotFromCapture: "the capture holds RTMP behind TLS, not the TLS handshake; only the relay that terminates TLS knows why it failed",
	})
	_ = register(Rule{
		ID: "rtmpt-no-close", Severity: session.Note,
		Title:  "An RTMPT tunnel stays open",
		Why:    "The client goes on polling after NetConnection was closed, or never asks for /close.",
		Fix:    "Let the client end the tunnel when the connection ends.",
		Source: "flowplayer/flash#137",

		NotFromCapture: "RTMP is taken out of the HTTP requests before anything is judged; the requests themselves are not seen here",
	})
)
