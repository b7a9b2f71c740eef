package rtmps

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/rtmpscope/rtmpscope/proxy"
)

// handshakeRecord is the first byte of a TLS connection (RFC 8446 §5.1). RTMP begins
// with its version, 3 or little more (RTMP 1.0 §5.2.2).
const handshakeRecord = 0x16

// Facts about what a client says first, known even if nothing came of it.
const (
	FactOffered   proxy.FactKey = "client.tls.offered"   // versions, as tls.VersionName writes them, the one it wants first
	FactName      proxy.FactKey = "client.tls.name"      // the server name that it asks for (SNI, RFC 6066 §3)
	FactProtocols proxy.FactKey = "client.tls.protocols" // of ALPN (RFC 7301)
)

// Front takes TLS off, for [proxy.Listener].
type Front struct {
	// Authority makes the certificates, unless Certificate is set.
	Authority   *Authority
	Certificate *tls.Certificate

	// Detect looks at the first byte of a client, and lets one through that does not
	// begin with TLS. A client that says nothing then gets no upstream.
	Detect bool
}

// Welcome implements [proxy.Front]. It reads what a client asks for and leaves the
// handshake to Finish, when the server was reached: a fault of the server's
// certificate is not hidden behind a client that is content.
func (f *Front) Welcome(ctx context.Context, client proxy.Conn) (proxy.Conn, proxy.Request, error) {
	if f.Detect {
		first := make([]byte, 1)
		if _, err := io.ReadFull(client, first); err != nil {
			return nil, proxy.Request{}, err
		}
		client = &unread{Conn: client, first: first}
		if first[0] != handshakeRecord {
			return client, proxy.Request{}, nil
		}
	}
	hello, read := peek(ctx, client)
	client = &unread{Conn: client, first: read}
	if hello == nil { // the handshake fails, and says why
		_, err := proxy.TLSServer(ctx, client, f.config())
		return nil, proxy.Request{}, err
	}
	return client, proxy.Request{Facts: offered(hello), Finish: func(failed error) (proxy.Conn, error) {
		if failed != nil {
			return nil, failed
		}
		// The deadline of the client bounds the handshake, see [proxy.Request].
		return proxy.TLSServer(context.Background(), client, f.config())
	}}, nil
}

// peek reads the ClientHello of a client, and returns it with the bytes that were
// read; nil if there is none.
func peek(ctx context.Context, client proxy.Conn) (hello *tls.ClientHelloInfo, read []byte) {
	seen := &listener{Conn: client}
	_ = tls.Server(seen, &tls.Config{MinVersion: tls.VersionTLS10, //nolint:gosec // nothing is agreed on
		GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			hello = h
			return nil, errSeen
		}}).HandshakeContext(ctx)
	return hello, seen.read
}

var errSeen = errors.New("the ClientHello was seen")

// listener keeps what is read and says nothing.
type listener struct {
	net.Conn
	read []byte
}

func (l *listener) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.read = append(l.read, p[:n]...)
	return n, err
}

func (l *listener) Write(p []byte) (int, error) { return len(p), nil }

// Close leaves the connection open: it is not this one's.
func (l *listener) Close() error { return nil }

// offered are the facts of a ClientHello.
func offered(hello *tls.ClientHelloInfo) proxy.Facts {
	var versions []string
	for _, v := range hello.SupportedVersions {
		versions = append(versions, tls.VersionName(v))
	}
	return proxy.Facts(nil).With(FactOffered, strings.Join(versions, ", ")).With(FactName, hello.ServerName).
		With(FactProtocols, strings.Join(hello.SupportedProtos, ", "))
}

// config is what clients are offered. No session tickets: librtmp with GnuTLS, and OBS
// with mbed TLS 3.6, end the connection when one comes.
func (f *Front) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS10, SessionTicketsDisabled: true, //nolint:gosec // what clients in the field speak is to be seen, not refused
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if f.Certificate != nil {
				return f.Certificate, nil
			}
			return f.Authority.For(asked(hello))
		}}
}

// asked is the name that a client wants to see: what it asked for or, if nothing, the
// address it connected to.
func asked(hello *tls.ClientHelloInfo) string {
	if hello.ServerName != "" {
		return hello.ServerName
	}
	if tcp, ok := hello.Conn.LocalAddr().(*net.TCPAddr); ok {
		return tcp.IP.String()
	}
	return "localhost"
}

// unread is a connection of which bytes were looked at.
type unread struct {
	proxy.Conn
	first []byte
}

// NetConn leads to the socket.
func (u *unread) NetConn() net.Conn { return u.Conn }

// Read gives what was looked at first.
func (u *unread) Read(p []byte) (int, error) {
	if len(u.first) > 0 {
		n := copy(p, u.first)
		u.first = u.first[n:]
		return n, nil
	}
	return u.Conn.Read(p)
}
