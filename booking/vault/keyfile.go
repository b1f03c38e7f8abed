package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrMode: the key file can be read or written by others than its owner.
var ErrMode = errors.New("vault: key file is open to others")

// Open reads a key file made by Create: 32 bytes in base64. It refuses a file
// that group or others can touch (ErrMode) and anything that is no regular file.
func Open(keyFile string) (*Vault, error) {
	f, err := os.Open(keyFile)
	if err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of the open file, so that it is the one that is read
	if err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("vault: key file %s is no regular file", keyFile)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%w: mode of %s is %04o; do: chmod 0400 %s", ErrMode, keyFile, mode, keyFile)
	}
	const limit = 128 // 44 characters, and room for a line end
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("vault: key file %s: %w", keyFile, err)
	}
	text = bytes.TrimSpace(text)
	key := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(key, text)
	defer clear(key)
	if err != nil || n != KeySize { // the decoder's error would quote a place in the key
		return nil, fmt.Errorf("vault: key file %s does not hold %d bytes in base64", keyFile, KeySize)
	}
	return New(key[:n])
}

// Create makes a new key file with mode 0400 and a key of its own. It never
// replaces a file (fs.ErrExist): what was sealed under a lost key is lost.
// When it returns nil the key is on disk.
func Create(keyFile string) (err error) {
	f, err := os.OpenFile(keyFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return fmt.Errorf("vault: create key file: %w", err)
	}
	defer func() {
		if err != nil {
			// Half a key is of no use, and would keep the next Create from working.
			_ = os.Remove(keyFile)
			err = fmt.Errorf("vault: create key file: %w", err)
		}
	}()
	key := make([]byte, KeySize)
	defer clear(key)
	if _, err := rand.Read(key); err != nil {
		return errors.Join(err, f.Close())
	}
	text := append(base64.StdEncoding.AppendEncode(nil, key), '\n')
	defer clear(text)
	if _, err := f.Write(text); err != nil {
		return errors.Join(err, f.Close())
	}
	// The name has to last as well as the bytes.
	return errors.Join(f.Sync(), f.Close(), syncDir(filepath.Dir(keyFile)))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
