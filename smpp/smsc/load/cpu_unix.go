//go:build unix

package load

import (
	"syscall"
	"time"
)

// cpuTime is the user and system time of this process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // then it is not shown
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
