package model

import (
	"cmp"
	"slices"
	"strings"
)

// columnHelp says what a column shows, by its name.
var columnHelp = map[string]string{
	"number":         "the number of the session or row; it stays the same with and without a filter",
	"client":         "the address of the client",
	"server":         "the address of the server",
	"role":           "what the client came for: publish or play",
	"stream":         "application and stream name; the name is masked, because it may be a key",
	"programs":       "the programs on both sides, as recognised by how they speak",
	"client-program": "what the client calls itself (flashVer)",
	"server-program": "what the server calls itself (fmsVer)",
	"phase":          "how far the session has come: handshake, connect, create stream, publish or play, media, close",
	"messages":       "how many messages both sides have sent",
	"over-time":      "the bit rate over the life of the session, drawn small",
	"bit-rate":       "bits a second of both directions: of the last seconds while the session is open, else over its life",
	"lasted":         "how long the session lasted, or has lasted",
	"began":          "when the session began, in UTC",
	"state":          "the worst that is known of the session, or how far it is; the sign before it is one of ✗ ! … ● ○",
	"time":           "when the row happened: since the session began, or whatever the time key has chosen",
	"timestamp":      "the RTMP timestamp of the message, in milliseconds",
	"length":         "bytes of the message body",
	"type":           "the message type ID: 8 audio, 9 video, 20 command",
	"chunk-stream":   "the chunk stream ID (csid)",
	"message-stream": "the message stream ID (msid): 0 is the NetConnection",
	"chunks":         "in how many chunks the message came",
	"ladder":         "who sent the row to whom: the client stands on the left",
}

// Explain says what a column or a sign of the screen means, as it is written there, or
// a column as the configuration names it.
func Explain(what string) (string, bool) {
	for _, c := range slices.Concat(sessionColumns, timelineColumns) {
		if strings.EqualFold(what, c.Name) || strings.EqualFold(what, c.Title) {
			return "column " + cmp.Or(c.Title, c.Name) + ": " + columnHelp[c.Name] + ".", true
		}
	}
	for _, l := range legend {
		if signs := strings.Fields(l.Keys); what != "" && (l.Keys == what || slices.Contains(signs, what)) {
			return "sign " + l.Keys + ": " + l.Text + ".", true
		}
	}
	return "", false
}

// Explained lists the columns and signs that [Explain] knows.
func Explained() (names []string) {
	for _, c := range slices.Concat(sessionColumns, timelineColumns) {
		names = append(names, c.Name)
	}
	for _, l := range legend {
		names = append(names, strings.Fields(l.Keys)...)
	}
	return names
}
