package cli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/proxy/rtmps"
	"github.com/spf13/cobra"
)

// tlsFlags say who is trusted behind rtmps://, and what clients are shown.
type tlsFlags struct {
	ca       string // PEM: authorities of the server
	cert     string // PEM: ours for a server that asks
	key      string // "": in the same file
	pins     []string
	insecure bool
	compat   bool
	own      string // PEM: what clients are shown
	ownKey   string
}

func (t *tlsFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&t.ca, "upstream-ca", "", "trust the authorities in this PEM file for an rtmps:// upstream, instead of the system's")
	f.StringVar(&t.cert, "upstream-cert", "", "show the certificate in this PEM file to an rtmps:// upstream that asks for one")
	f.StringVar(&t.key, "upstream-key", "", "its private key, if that is in another PEM file")
	f.StringArrayVar(&t.pins, "pin-sha256", nil, "accept an rtmps:// upstream by this SHA-256 of its public key alone; may be given several times")
	f.BoolVar(&t.insecure, "insecure", false, "say what is wrong with the certificate of an rtmps:// upstream, and go on")
	f.BoolVar(&t.compat, "tls-compat", false, "offer an rtmps:// upstream old versions and cipher suites too, and nothing that is too new for it")
	f.StringVar(&t.own, "cert", "", "show this certificate (PEM, with its chain) to clients that speak TLS, instead of one that rtmpscope ca makes")
	f.StringVar(&t.ownKey, "key", "", "its private key, if that is in another PEM file")
}

// trust reads who is trusted.
func (t *tlsFlags) trust() (trust rtmps.Trust, err error) {
	trust.Insecure, trust.Compat = t.insecure, t.compat
	for _, s := range t.pins {
		pin, err := rtmps.ParsePin(s)
		if err != nil {
			return trust, fail(exitUsage, "--pin-sha256: %w", err)
		}
		trust.Pins = append(trust.Pins, pin)
	}
	if t.ca != "" {
		text, err := os.ReadFile(t.ca)
		if err != nil {
			return trust, fail(exitUsage, "--upstream-ca: %w", err)
		}
		if trust.Roots = x509.NewCertPool(); !trust.Roots.AppendCertsFromPEM(text) {
			return trust, fail(exitUsage, "--upstream-ca %s: there is no certificate in PEM form in it (-----BEGIN CERTIFICATE-----)", t.ca)
		}
	}
	if t.cert == "" && t.key != "" {
		return trust, fail(exitUsage, "--upstream-key needs --upstream-cert")
	}
	if t.cert != "" {
		pair, err := loadPair("--upstream-cert", t.cert, t.key)
		if err != nil {
			return trust, err
		}
		trust.Certificates = []tls.Certificate{*pair}
	}
	return trust, nil
}

// loadPair reads a certificate and its key.
func loadPair(flag, cert, key string) (*tls.Certificate, error) {
	if key == "" {
		key = cert
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fail(exitUsage, "%s: %w", flag, err)
	}
	return &pair, nil
}

// upstream is the server that clients are relayed to.
func (t *tlsFlags) upstream(to target) (proxy.Upstream, error) {
	tcp := &proxy.TCPUpstream{Address: to.address}
	if !to.secure {
		if name := t.useless(); name != "" {
			return nil, fail(exitUsage, "%s is about an rtmps:// upstream, and this one is rtmp://", name)
		}
		return tcp, nil
	}
	trust, err := t.trust()
	if err != nil {
		return nil, err
	}
	return &rtmps.Upstream{TCPUpstream: tcp, Trust: trust}, nil
}

// useless names a flag that was given and means nothing with a plain upstream.
func (t *tlsFlags) useless() string {
	for _, f := range []struct {
		name  string
		given bool
	}{{"--upstream-ca", t.ca != ""}, {"--upstream-cert", t.cert != ""}, {"--upstream-key", t.key != ""}, {"--pin-sha256", len(t.pins) > 0}, {"--insecure", t.insecure}, {"--tls-compat", t.compat}} {
		if f.given {
			return f.name
		}
	}
	return ""
}

// road is how clients come to a listener.
type road uint8

const (
	plain  road = iota // RTMP
	secure             // RTMPS
	either             // what they begin with
)

// schemes are what may stand before the address of --listen.
var schemes = map[string]road{"rtmp": plain, "rtmps": secure, "auto": either}

// listen takes the address of --listen apart: [rtmp://|rtmps://|auto://]HOST:PORT.
func listenOn(s string) (road, string, error) {
	scheme, address, found := strings.Cut(s, "://")
	if !found {
		return plain, s, nil
	}
	by, known := schemes[strings.ToLower(scheme)]
	if !known {
		return plain, "", fail(exitUsage, "--listen %s: a listener is rtmp://, rtmps:// or auto://, which takes both", s)
	}
	u, err := url.Parse("rtmp://" + address)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return plain, "", fail(exitUsage, "--listen %s: write HOST:PORT behind %s://, and nothing more; clients choose the application", s, scheme)
	}
	return by, u.Host, nil
}

// listeners are those of --listen, each with its front.
func (t *tlsFlags) listeners(addresses []string) ([]proxy.Listener, error) {
	all := make([]proxy.Listener, len(addresses))
	var front *rtmps.Front
	for i, s := range addresses {
		by, address, err := listenOn(s)
		if err != nil {
			return nil, err
		}
		all[i].Address = address
		if by == plain {
			continue
		}
		if front == nil {
			if front, err = t.front(); err != nil {
				return nil, err
			}
		}
		all[i].Front = &rtmps.Front{Authority: front.Authority, Certificate: front.Certificate, Detect: by == either}
	}
	if front == nil && (t.own != "" || t.ownKey != "") {
		return nil, fail(exitUsage, "--cert is for clients that speak TLS: listen for them with --listen rtmps://HOST:PORT or auto://HOST:PORT")
	}
	return all, nil
}

// front is what clients that speak TLS are shown.
func (t *tlsFlags) front() (*rtmps.Front, error) {
	if t.own == "" && t.ownKey != "" {
		return nil, fail(exitUsage, "--key needs --cert")
	}
	if t.own != "" {
		pair, err := loadPair("--cert", t.own, t.ownKey)
		return &rtmps.Front{Certificate: pair}, err
	}
	a, err := openAuthority()
	return &rtmps.Front{Authority: a}, err
}

// openAuthority reads our authority, or makes it.
func openAuthority() (*rtmps.Authority, error) {
	path, err := authorityPath()
	if err != nil {
		return nil, err
	}
	a, err := rtmps.OpenAuthority(path)
	if err != nil {
		return nil, fail(exitFailed, "the authority that signs certificates for clients: %w", err)
	}
	return a, nil
}

// authorityPath is where it is: among the data of the user (XDG Base Directory 0.8).
func authorityPath() (string, error) {
	dir := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(dir) { // a relative one is to be ignored
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fail(exitFailed, "%w", errors.Join(errors.New("there is no place for the authority that signs certificates; set XDG_DATA_HOME"), err))
		}
		dir = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(dir, "rtmpscope", "authority.pem"), nil
}

// schemeAt is the scheme of the URL that clients of an address use.
func (l *liveFlags) schemeAt(i int) string {
	if i < len(l.listen) {
		if by, _, err := listenOn(l.listen[i]); err == nil && by == secure {
			return "rtmps"
		}
	}
	return "rtmp"
}

// tlsHints say what somebody has to know whose clients, or whose server, speak TLS.
func (l *liveFlags) tlsHints() (hints []string) {
	if l.tls.insecure {
		hints = append(hints, "insecure the certificate of the server is accepted whatever is wrong with it (--insecure)")
	}
	for _, s := range l.listen {
		if by, _, err := listenOn(s); err == nil && by != plain && l.tls.own == "" {
			return append(hints, "TLS      programs must trust the authority that signs for rtmpscope: rtmpscope ca says how")
		}
	}
	return hints
}
