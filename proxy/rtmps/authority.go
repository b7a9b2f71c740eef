package rtmps

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	// authorityLife is how long an authority is good for.
	authorityLife = 10 * 365 * 24 * time.Hour

	// leafLife is what programs accept at most (CA/Browser Forum Baseline
	// Requirements §6.3.2, Apple's HT211025: 398 days), less a day.
	leafLife = 397 * 24 * time.Hour

	// leafRenewed is how long before its end a leaf is made anew.
	leafRenewed = 30 * 24 * time.Hour

	// backdated is how wrong the clock of a client may be.
	backdated = 24 * time.Hour

	// maxLeaves bounds how many certificates are kept; a client may ask for any name.
	maxLeaves = 256
)

// Authority signs the certificates that clients are shown. All methods may be called
// from any goroutine.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	path string
	now  func() time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

// OpenAuthority reads the authority in a file, a certificate and its key in PEM, or
// makes one there. Only the owner of the file may read it: one that others can read
// is refused, because whoever has the key can pretend to be any server to
// programs that trust it.
func OpenAuthority(path string) (*Authority, error) {
	a, err := readAuthority(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return a, err
	}
	if a, err = makeAuthority(path, time.Now()); errors.Is(err, fs.ErrExist) {
		return readAuthority(path) // another process was quicker
	}
	return a, err
}

func readAuthority(path string) (*Authority, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if exposed(info) {
		return nil, fmt.Errorf("%s holds a private key and can be read by others (mode %s); chmod 600 it, or remove it to get a new one", path, info.Mode().Perm())
	}
	pair, err := tls.LoadX509KeyPair(path, path)
	if err != nil {
		return nil, fmt.Errorf("%s is not an authority: %w; remove it to get a new one", path, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("%s is not an authority with an ECDSA key; remove it to get a new one", path)
	}
	if now := time.Now(); now.After(pair.Leaf.NotAfter) {
		return nil, fmt.Errorf("the authority in %s ended on %s; remove it to get a new one", path, pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return newAuthority(pair.Leaf, key, path), nil
}

func newAuthority(cert *x509.Certificate, key *ecdsa.PrivateKey, path string) *Authority {
	return &Authority{cert: cert, key: key, path: path, now: time.Now, leaves: map[string]*tls.Certificate{}}
}

// makeAuthority makes a new one. It can sign servers and nothing below them (no
// other authority, path length 0).
func makeAuthority(path string, now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // tells two machines apart in a list of authorities
	name := strings.TrimSpace("rtmpscope authority " + host)
	cert, err := sign(&x509.Certificate{
		Subject:   pkix.Name{CommonName: name, Organization: []string{"rtmpscope"}},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(authorityLife),
		KeyUsage: x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
	}, nil, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	if err := store(path, cert, key); err != nil {
		return nil, err
	}
	return newAuthority(cert, key, path), nil
}

// store writes certificate and key. The file appears whole or not at all, and never
// takes the place of one that another process has made meanwhile.
func store(path string, cert *x509.Certificate, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".authority-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // the link stays
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// sign makes a certificate. A parent of nil signs itself.
func sign(c, parent *x509.Certificate, public *ecdsa.PublicKey, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // RFC 5280 §4.1.2.2
	if err != nil {
		return nil, err
	}
	c.SerialNumber = serial
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, public, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// Path is the file of the authority.
func (a *Authority) Path() string { return a.path }

// Certificate is that of the authority. It must not be changed.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// PEM is its certificate, without the key, as programs want to have it.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// Fingerprint is the SHA-256 of its certificate in hex.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.cert.Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// For returns a certificate for a host name or address. It is kept, and made anew
// in time.
func (a *Authority) For(name string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if kept := a.leaves[name]; kept != nil && now.Add(leafRenewed).Before(kept.Leaf.NotAfter) {
		return kept, nil
	}
	leaf, err := a.leaf(name, now)
	if err != nil {
		return nil, err
	}
	if len(a.leaves) >= maxLeaves {
		clear(a.leaves)
	}
	a.leaves[name] = leaf
	return leaf, nil
}

// leaf makes a certificate. An address is written as an address and as a name,
// because OBS compares it with the names only.
func (a *Authority) leaf(name string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c := &x509.Certificate{
		Subject:   pkix.Name{CommonName: name[:min(len(name), 64)], Organization: []string{"rtmpscope"}}, // ub-common-name, RFC 5280 appendix A
		DNSNames:  []string{name},
		NotBefore: now.Add(-backdated), NotAfter: earlier(now.Add(leafLife-backdated), a.cert.NotAfter),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(name); ip != nil {
		c.IPAddresses = []net.IP{ip}
	}
	cert, err := sign(c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{cert.Raw, a.cert.Raw}, PrivateKey: key, Leaf: cert}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
