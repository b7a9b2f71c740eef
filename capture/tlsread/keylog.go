package tlsread

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
)

// Random is the random of a ClientHello, which names its connection in a key log.
type Random [32]byte

// KeyLog is TLS secrets by connection and label, in the format of NSS
// (draft-ietf-tls-keylogfile). It is safe for concurrent use.
type KeyLog struct {
	before *KeyLog // of earlier blocks
	depth  int
	path   string // is read again when something is not found

	mu      sync.Mutex
	size    int64
	secrets map[Random]map[string][]byte
	misses  map[Random]bool // stay misses, so that reading again finds the same
	count   int
}

func newKeyLog() *KeyLog {
	return &KeyLog{secrets: map[Random]map[string][]byte{}, misses: map[Random]bool{}}
}

// OpenKeyLog reads a key log. The file need not exist yet when it is optional.
func OpenKeyLog(path string, optional bool) (*KeyLog, error) {
	k := newKeyLog()
	k.path = path
	if err := k.load(); err != nil && !(optional && os.IsNotExist(err)) {
		return nil, fmt.Errorf("cannot read the TLS key log: %w", err)
	}
	return k, nil
}

// load reads the file when it has grown.
func (k *KeyLog) load() error {
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
func (k *KeyLog) parse(b []byte) {
	for line := range bytes.Lines(b) {
		words := bytes.Fields(line)
		if len(words) != 3 || len(words[0]) > 64 || len(words[2]) > 256 || len(words[1]) != 64 {
			continue
		}
		var random Random
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

// Find returns the secrets of a connection by label, nil when there are none.
func (k *KeyLog) Find(random Random) map[string][]byte {
	for ; k != nil; k = k.before {
		if found := k.own(random); found != nil {
			return found
		}
	}
	return nil
}

func (k *KeyLog) own(random Random) map[string][]byte {
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

// With returns a key log with the secrets in text, found before those of k,
// which may be nil and stays as it is. Too many in each other are passed over.
func (k *KeyLog) With(text []byte) *KeyLog {
	next := newKeyLog()
	if next.before = k; k != nil {
		next.depth, next.count = k.depth+1, k.count
	}
	if next.depth >= maxSecretsBlocks {
		return k
	}
	next.parse(text)
	return next
}
