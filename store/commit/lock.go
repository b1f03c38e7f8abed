//go:build unix

package commit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// lockFile takes PATH.lock for this process. SQLite's own locks let a second
// process in between two transactions; flock does not, it also keeps a second
// Open in this process out, and the kernel drops it when the process dies.
// The file itself stays: removing it would let two processes lock two files.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("commit: lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(f, 32))
		_ = f.Close()
		return nil, fmt.Errorf("%w: %s (process %s holds %s.lock)", ErrLocked, path, strings.TrimSpace(string(holder)), path)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("commit: lock %s.lock: %w", path, err)
	}
	// The process number is for the message above only: failing to note it is no reason to stop.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return f, nil
}
