package capture

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/rtmpscope/rtmpscope/capture/rtmpt"
	"github.com/rtmpscope/rtmpscope/capture/tlsread"
)

// verdict is what a connection carries.
type verdict int

const (
	unclear verdict = iota
	isRTMP
	isTLS
	isTunnel // RTMP in HTTP
	isOther
)

// handshakeSize is C0 and C1 (RTMP 1.0 §5.2.2, §5.2.3).
const handshakeSize = 1 + 1536

// versionBytes are the first bytes, of either side, of RTMP (3) and of its
// encrypted variants (6, 8, 9: rtmpdump's rtmp.c).
var versionBytes = []byte{3, 6, 8, 9}

// verdict decides what a connection carries, and names it when it is no RTMP.
func (h *heard) verdict() (verdict, string) {
	client, server := h.head[0], h.head[1]
	switch {
	case len(client) > 0 && tlsread.LooksLike(client):
		return isTLS, ""
	case len(client) > 0 && rtmpt.LooksLikeRequest(client):
		return h.http(client)
	case bytes.HasPrefix(client, []byte("SSH-")), bytes.HasPrefix(server, []byte("SSH-")):
		return isOther, "SSH"
	case !h.begun:
		return h.midStream()
	case len(client) == 0:
		return h.quietClient(server)
	case client[0] == versionBytes[0]:
		return h.plainHandshake(client)
	case slices.Contains(versionBytes, client[0]):
		return h.encryptedHandshake(client, server)
	}
	return isOther, "other protocols"
}

// quietClient judges a connection on which the client has said nothing; in RTMP
// it speaks first (RTMP 1.0 §5.2.1). The first bytes of both may have been
// captured in the wrong order.
func (h *heard) quietClient(server []byte) (verdict, string) {
	switch {
	case len(server) > 0 && !slices.Contains(versionBytes, server[0]):
		return isOther, "other protocols"
	case h.ended:
		return isOther, "connections without bytes"
	}
	return unclear, ""
}

// plainHandshake judges a client that begins with 3: C0 of RTMP, or the header
// of ISO transport services (RFC 1006 §6: version 3, reserved 0, length), which
// remote desktops use.
func (h *heard) plainHandshake(client []byte) (verdict, string) {
	const least = 9 // C0, time and version in C1
	if len(client) < least {
		return when(h.ended, isRTMP), ""
	}
	const transportHeader, connectionRequest = 4, 0xe0
	length := int(binary.BigEndian.Uint16(client[2:]))
	if client[1] == 0 && length > transportHeader && length <= 1024 && client[5] == connectionRequest {
		return isOther, "remote desktops"
	}
	return isRTMP, ""
}

// encryptedHandshake judges a client that begins with 6, 8 or 9: the server's
// first byte has to agree, or all of C1 has to be there.
func (h *heard) encryptedHandshake(client, server []byte) (verdict, string) {
	switch {
	case len(server) > 0 && slices.Contains(versionBytes, server[0]), len(client) >= handshakeSize:
		return isRTMP, ""
	case len(server) > 0 || h.ended:
		return isOther, "other protocols"
	}
	return unclear, ""
}

func when(condition bool, v verdict) verdict {
	if condition {
		return v
	}
	return unclear
}

// http judges a client that speaks HTTP, by its first request line.
func (h *heard) http(client []byte) (verdict, string) {
	line, _, whole := bytes.Cut(client, []byte("\n"))
	if _, ok := rtmpt.ParseCall(line); ok {
		return isTunnel, ""
	}
	if whole || h.ended || len(client) > rtmpt.MaxLine {
		return isOther, "HTTP"
	}
	return unclear, ""
}

// midStream judges a connection the beginning of which was not captured: by
// chunk headers, because nothing else of RTMP stands at a place that is known.
func (h *heard) midStream() (verdict, string) {
	for _, head := range h.head {
		if tlsread.LooksLikeRecord(head) {
			return isOther, "TLS"
		}
	}
	answer := rtmpt.LooksLikeAnswer(h.head[1])
	switch {
	case answer && len(h.head[0]) == 0:
		return when(h.ended, isOther), "HTTP" // the first request may begin a tunnel
	case answer:
		return isOther, "HTTP"
	case h.told && len(h.head[0])+len(h.head[1]) > 0:
		return isRTMP, ""
	}
	found := h.chunk.scan(h.head)
	if found >= chunksWanted || h.ended && found > 0 {
		return isRTMP, ""
	}
	return when(h.ended, isOther), "connections that began before the capture"
}
