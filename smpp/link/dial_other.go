//go:build !linux

package link

import "syscall"

// userTimeout does nothing where RFC 5482 has no socket option: enquire_link
// notices a dead peer there.
func userTimeout(_, _ string, _ syscall.RawConn) error { return nil }
