package capture

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// rejected runs a real TLS handshake in which one side does not trust the
// other's certificate, and returns its records and key log.
func rejected(t *testing.T, version uint16, byServer bool) (*overheard, []byte) {
	t.Helper()
	var keys bytes.Buffer
	w := &overheard{}
	a, b := net.Pipe()
	client := &tls.Config{MinVersion: version, MaxVersion: version, KeyLogWriter: &keys, ServerName: "live.example.com", RootCAs: x509.NewCertPool()}
	server := &tls.Config{Certificates: []tls.Certificate{need.Certificate(t, "live.example.com")}}
	if byServer {
		client.InsecureSkipVerify, client.Certificates = true, []tls.Certificate{need.Certificate(t, "live.example.com")}
		server.ClientAuth, server.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	}
	s := tls.Server(tapped{b, w, true}, server)
	failed := make(chan error, 1)
	go func() { failed <- s.Handshake(); b.Close() }()
	c := tls.Client(tapped{a, w, false}, client)
	err := c.Handshake()
	if err == nil {
		_, err = c.Read(make([]byte, 1)) // TLS 1.3: the client is done before it hears of it
	}
	a.Close()
	if serverErr := <-failed; err == nil || serverErr == nil {
		t.Fatalf("nobody minds: %v, %v", err, serverErr)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return &overheard{writes: w.writes}, keys.Bytes()
}

// alerts tells the alerts of a capture.
func alerts(all []kept) string {
	var words []string
	for _, r := range all {
		if r.Kind == Outer {
			words = append(words, fmt.Sprintf("%d from server %v at %d", r.Around.Alert, r.FromServer, r.Offset))
		}
	}
	return strings.Join(words, ", ")
}

// TestAlertsAreReadWithAKeyLog: those that are encrypted (TLS 1.3), and those in
// clear of a connection that is decrypted (TLS 1.2).
func TestAlertsAreReadWithAKeyLog(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		version  uint16
		byServer bool
		want     string
	}{
		"TLS 1.3, by the client": {tls.VersionTLS13, false, "42 from server false at 0"},
		"TLS 1.3, by the server": {tls.VersionTLS13, true, "48 from server true at 0"},
		"TLS 1.2, by the server": {tls.VersionTLS12, true, "48 from server true at 0"},
	} {
		t.Run(name, func(t *testing.T) {
			w, keys := rejected(t, c.version, c.byServer)
			path := saveBytes(t, "tls.pcap", toPort(t, w.frames(), 1935))
			in := openInput(t, path, OpenOptions{KeyLog: saveBytes(t, "keys", keys)})
			all := readMemory(t, in)
			if got := alerts(all); got != c.want || !strings.Contains(all[0].Reason, "decrypted") {
				t.Errorf("%q, want %q; %s", got, c.want, all[0].Reason)
			}
			if usable := checkMarks(t, in, 1); usable != len(all) {
				t.Errorf("%d of %d places can be marked", usable, len(all))
			}
			sender := map[bool]string{false: "192.0.2.1", true: "192.0.2.2"}[c.byServer]
			seen := tshark(t, path, "-d", "tcp.port==1935,tls", "-o", "tls.keylog_file:"+saveBytes(t, "again", keys),
				"-Y", "tls.alert_message.desc > 0", "-T", "fields", "-e", "ip.src", "-e", "tls.alert_message.desc")
			if want := sender + "\t" + strings.Fields(c.want)[0]; seen != want {
				t.Errorf("tshark reads %q, want %q", seen, want)
			}
		})
	}
}

// TestAlertsInClearAreAmongTheBytes: without keys the connection is told as it is.
func TestAlertsInClearAreAmongTheBytes(t *testing.T) {
	w, keys := rejected(t, tls.VersionTLS12, false)
	path := saveBytes(t, "tls.pcap", toPort(t, w.frames(), 1935))
	for _, o := range []OpenOptions{{}, {KeyLog: saveBytes(t, "keys", keys)}} {
		var said [2]string
		all := readMemory(t, openInput(t, path, o))
		for _, r := range all {
			said[index(r.FromServer)] += r.data
		}
		if !strings.HasSuffix(said[clientSide], "\x15\x03\x03\x00\x02\x02\x2a") || alerts(all) != "" {
			t.Errorf("%q, %q", said[clientSide], alerts(all))
		}
	}
}
