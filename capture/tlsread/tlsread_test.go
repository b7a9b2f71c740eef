package tlsread

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tapped is one end of a connection; what is written to it is kept.
type tapped struct {
	net.Conn
	wrote bytes.Buffer
}

func (c *tapped) Write(p []byte) (int, error) {
	c.wrote.Write(p)
	return c.Conn.Write(p)
}

var said = [2]string{strings.Repeat("what a client says ", 3000), strings.Repeat("what a server says ", 2000)}

// converse runs a session of the standard library and returns what crossed the
// wire in each direction, and the key log.
func converse(t *testing.T, config *tls.Config) (wire [2][]byte, keys []byte) {
	t.Helper()
	var keyLog bytes.Buffer
	a, b := net.Pipe()
	from, to := &tapped{Conn: a}, &tapped{Conn: b}
	config = config.Clone()
	config.KeyLogWriter, config.InsecureSkipVerify, config.ServerName = &keyLog, true, "live.example.com"
	c := tls.Client(from, config)
	s := tls.Server(to, &tls.Config{Certificates: []tls.Certificate{certificate(t)}})
	failed := make(chan error, 1)
	go func() {
		_, err := io.ReadFull(s, make([]byte, len(said[0])))
		if err == nil {
			_, err = io.WriteString(s, said[1])
		}
		failed <- err
	}()
	if _, err := io.WriteString(c, said[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, len(said[1]))); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	return [2][]byte{from.wrote.Bytes(), to.wrote.Bytes()}, keyLog.Bytes()
}

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

var kinds = map[string]*tls.Config{
	"TLS 1.3":          {MinVersion: tls.VersionTLS13},
	"TLS 1.2 AES-128":  {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}},
	"TLS 1.2 AES-256":  {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}},
	"TLS 1.2 ChaCha20": {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}},
}

// hellos finds both hello messages, which must be there.
func hellos(t *testing.T, wire [2][]byte) (client, server *Hello) {
	t.Helper()
	client, encrypted := FindHello(wire[0], ClientHello)
	server, also := FindHello(wire[1], ServerHello)
	if client == nil || server == nil || !encrypted || !also {
		t.Fatalf("client %+v, server %+v; encrypted bytes were seen: %v, %v", client, server, encrypted, also)
	}
	return client, server
}

// TestSessionsAreOpened compares, with bytes that arrive in pieces of any size.
func TestSessionsAreOpened(t *testing.T) {
	for name, config := range kinds {
		t.Run(name, func(t *testing.T) {
			wire, keys := converse(t, config)
			client, server := hellos(t, wire)
			if got := Describe(client, server); got != name[:7]+" to live.example.com" {
				t.Error(got)
			}
			var log *KeyLog
			for _, piece := range []int{1, 7, 1500, 1 << 20} {
				log = log.With(keys)
				var open [2]*Opening
				if open[0], open[1] = Derive(client, server, log.Find(client.Random)); open[0] == nil || open[1] == nil {
					t.Fatal("the secrets do not fit")
				}
				for i := range open {
					if got, err := opened(open[i], wire[i], piece); err != nil || got != said[i] || len(open[i].keys) != 1 || len(open[i].buf) != 0 {
						t.Errorf("side %d in pieces of %d: %d bytes, want %d; %v; %d keys are left", i, piece, len(got), len(said[i]), err, len(open[i].keys))
					}
				}
			}
		})
	}
}

func opened(o *Opening, wire []byte, piece int) (string, error) {
	var got strings.Builder
	for len(wire) > 0 {
		n := min(piece, len(wire))
		if err := o.Write(wire[:n], func(kind byte, plain []byte) {
			if kind == ApplicationData {
				got.Write(plain)
			}
		}); err != nil {
			return got.String(), err
		}
		wire = wire[n:]
	}
	return got.String(), nil
}

// TestDamageIsNotOpened changes one byte of the last record: what comes before
// is opened, and nothing is made up.
func TestDamageIsNotOpened(t *testing.T) {
	for name, config := range kinds {
		wire, keys := converse(t, config)
		client, server := hellos(t, wire)
		o, _ := Derive(client, server, (*KeyLog)(nil).With(keys).Find(client.Random))
		wire[0][len(wire[0])-1] ^= 1
		got, err := opened(o, wire[0], 1<<20)
		if !errors.Is(err, errSecrets) || !strings.HasPrefix(said[0], got) || len(got) == len(said[0]) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	o := &Opening{keys: []*recordKeys{nil}}
	if err := o.Write([]byte{ApplicationData, 3, 3, 0xff, 0xff}, nil); !errors.Is(err, errNoRecord) {
		t.Error(err)
	}
}

// TestSecretsThatDoNotFit are no secrets, those of a suite that is not known, and
// those of the wrong length.
func TestSecretsThatDoNotFit(t *testing.T) {
	client := &Hello{}
	for _, c := range []struct {
		server  Hello
		secrets map[string][]byte
	}{
		{Hello{Version: versionTLS12, Suite: 0xC02B}, nil},
		{Hello{Version: versionTLS12, Suite: 0x002F}, map[string][]byte{"CLIENT_RANDOM": make([]byte, 48)}},
		{Hello{Version: versionTLS12, Suite: 0xC02B}, map[string][]byte{"CLIENT_RANDOM": make([]byte, 47)}},
		{Hello{Version: 0x0302, Suite: 0xC02B}, map[string][]byte{"CLIENT_RANDOM": make([]byte, 48)}},
		{Hello{Version: versionTLS13, Suite: 0x1301}, map[string][]byte{"CLIENT_TRAFFIC_SECRET_0": make([]byte, 31)}},
	} {
		if a, b := Derive(client, &c.server, c.secrets); a != nil || b != nil {
			t.Errorf("%+v: keys came about", c)
		}
	}
}

// clientHelloVector was written by hand from RFC 8446 §4.1.2: TLS 1.2 by its
// legacy field, 1.3 and a draft version by its extension, and a server name.
const clientHelloVector = "16 0301 0052" + "01 00004e" + "0303" +
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" + "00" + "0002 1301" + "01 00" +
	"0023" + "0000 0014 0012 00 000f" + "6c6976652e6578616d706c652e7072" + // server name: live.example.pr
	"002b 0007 06 7f1c 0304 0303"

func TestHelloByHand(t *testing.T) {
	p, err := hex.DecodeString(strings.ReplaceAll(clientHelloVector, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	h, encrypted := FindHello(p, ClientHello)
	if h == nil || encrypted || h.Version != versionTLS13 || h.Name != "live.example.pr" || h.Random[31] != 31 {
		t.Fatalf("%+v %v", h, encrypted)
	}
	for n := range p {
		if h, _ := FindHello(p[:n], ClientHello); h != nil {
			t.Errorf("a hello in %d of %d bytes: %+v", n, len(p), h)
		}
	}
	if h, _ := FindHello(p, ServerHello); h != nil {
		t.Errorf("a ServerHello: %+v", h)
	}
}

func TestDescribe(t *testing.T) {
	for want, c := range map[string][2]*Hello{
		"TLS":           {nil, nil},
		"TLS to a.b":    {{Name: "a.b"}, nil},
		"TLS 1.2":       {nil, {Version: 0x0303}},
		"SSL 3.0":       {nil, {Version: 0x0300}},
		"TLS 1.0 to ?x": {{Name: hostName([]byte("\x1bx"))}, {Version: 0x0301}},
	} {
		if got := Describe(c[0], c[1]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestKeyLogGrows finds what was written after the log was opened, and keeps
// what it did not find a miss, so that reading again tells the same.
func TestKeyLogGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := OpenKeyLog(path, false); err == nil {
		t.Error("a key log that is not there was opened")
	}
	log, err := OpenKeyLog(path, true)
	if err != nil {
		t.Fatal(err)
	}
	line := func(b byte) []byte {
		return []byte("CLIENT_RANDOM " + strings.Repeat(hex.EncodeToString([]byte{b}), 32) + " 0102\n")
	}
	if err := os.WriteFile(path, append([]byte("# a comment\nnonsense\n"), line(1)...), 0o600); err != nil {
		t.Fatal(err)
	}
	one, two := Random(bytes.Repeat([]byte{1}, 32)), Random(bytes.Repeat([]byte{2}, 32))
	if got := log.Find(one)["CLIENT_RANDOM"]; !bytes.Equal(got, []byte{1, 2}) {
		t.Errorf("% x", got)
	}
	if log.Find(two) != nil {
		t.Error("secrets that nobody wrote")
	}
	if err := os.WriteFile(path, append(line(1), line(2)...), 0o600); err != nil {
		t.Fatal(err)
	}
	if log.Find(two) != nil {
		t.Error("what was missed once must stay missed")
	}
}

// TestSecretsAreBounded keeps little of a log of secrets without end, and of
// logs in each other.
func TestSecretsAreBounded(t *testing.T) {
	flood := bytes.Repeat([]byte("CLIENT_RANDOM "+strings.Repeat("0", 64)+" 00\n"), maxSecrets+10)
	if k := (*KeyLog)(nil).With(flood); k.count != maxSecrets {
		t.Errorf("%d secrets", k.count)
	}
	var k *KeyLog
	for range maxSecretsBlocks + 10 {
		k = k.With(nil)
	}
	if k.depth != maxSecretsBlocks-1 {
		t.Errorf("%d deep", k.depth)
	}
}
