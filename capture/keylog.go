package capture

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"sync"
)

// Limits on TLS secrets.
const (
	maxSecrets       = 1 << 17
	maxKeyLog        = 64 << 20
	maxSecretsBlocks = 1024
	secretsTLS       = 0x544c534b // "TLSK", draft-ietf-opsawg-pcapng §4.7
)

// clientRandom names a TLS connection in a key log.
type clientRandom [32]byte

// keyLog is TLS secrets by connection and label, in the format of NSS
// (draft-ietf-tls-keylogfile). It is safe for concurrent use.
type keyLog struct {
	before *keyLog // of earlier blocks
	depth  int
	path   string // is read again when something is not found

	mu      sync.Mutex
	size    int64
	secrets map[clientRandom]map[string][]byte
	misses  map[clientRandom]bool // stay misses, so that reading again finds the same
	count   int
}

func newKeyLog() *keyLog {
	return &keyLog{secrets: map[clientRandom]map[string][]byte{}, misses: map[clientRandom]bool{}}
}

// openKeyLog reads a key log. The file need not exist yet when it is optional.
func openKeyLog(path string, optional bool) (*keyLog, error) {
	k := newKeyLog()
	k.path = path
	if err := k.load(); err != nil && !(optional && os.IsNotExist(err)) {
		return nil, fmt.Errorf("cannot read the TLS key log: %w", err)
	}
	return k, nil
}

// load reads the file when it has grown.
func (k *keyLog) load() error {
	f, err := os.Open(k.path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == k.size {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxKeyLog))
	if err != nil {
		return err
	}
	k.size = info.Size()
	k.parse(b)
	return nil
}

// parse adds lines LABEL RANDOM SECRET; others are passed over.
func (k *keyLog) parse(b []byte) {
	for line := range bytes.Lines(b) {
		words := bytes.Fields(line)
		if len(words) != 3 || len(words[0]) > 64 || len(words[2]) > 256 || len(words[1]) != 64 {
			continue
		}
		var random clientRandom
		secret := make([]byte, len(words[2])/2)
		_, bad := hex.Decode(random[:], words[1])
		if _, err := hex.Decode(secret, words[2]); err != nil || bad != nil || k.count >= maxSecrets {
			continue
		}
		if k.secrets[random] == nil {
			k.secrets[random] = map[string][]byte{}
		}
		k.secrets[random][string(words[0])] = secret
		k.count++
	}
}

// find returns the secrets of a connection by label, nil when there are none.
func (k *keyLog) find(random clientRandom) map[string][]byte {
	for ; k != nil; k = k.before {
		if found := k.own(random); found != nil {
			return found
		}
	}
	return nil
}

func (k *keyLog) own(random clientRandom) map[string][]byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	found := k.secrets[random]
	if found != nil || k.path == "" || k.misses[random] {
		return found
	}
	// The file may not be there yet, or no longer: then nothing is found in it.
	if err := k.load(); err != nil {
		return nil
	}
	if k.secrets[random] == nil && len(k.misses) < maxSecrets {
		k.misses[random] = true
	}
	return k.secrets[random]
}

// decryptionSecrets adds the TLS secrets in a block to a copy of the section,
// because marks may refer to the section as it was.
func (b *blocks) decryptionSecrets(body []byte) {
	if len(body) < 8 || b.sect.order.Uint32(body) != secretsTLS {
		return
	}
	n := min(int64(b.sect.order.Uint32(body[4:])), int64(len(body)-8))
	k := newKeyLog()
	if k.before = b.sect.keys; k.before != nil {
		k.depth, k.count = k.before.depth+1, k.before.count
	}
	if k.depth >= maxSecretsBlocks {
		return
	}
	k.parse(body[8 : 8+n])
	next := *b.sect
	next.keys = k
	b.sect = &next
}
