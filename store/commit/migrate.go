package commit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

const versionTable = `CREATE TABLE IF NOT EXISTS schema_version (
	version INTEGER PRIMARY KEY, -- number of migrations applied
	digest  TEXT NOT NULL,       -- SHA-256 of the migration's text
	applied INTEGER NOT NULL     -- Unix seconds
)`

// migrate brings the file to the schema of this program. Each migration and
// its line in schema_version are one transaction: a crash leaves a whole
// version, and the next Open goes on from there.
func migrate(c *conn, migrations []string) error {
	if err := c.exec(versionTable); err != nil {
		return fmt.Errorf("commit: schema_version: %w", err)
	}
	applied, err := digests(c)
	if err != nil {
		return err
	}
	if len(applied) > len(migrations) {
		return fmt.Errorf("%w: the file has version %d, this program knows %d; run the program that wrote it, or restore an older backup",
			ErrNewerSchema, len(applied), len(migrations))
	}
	for i, script := range migrations {
		sum := sha256.Sum256([]byte(script))
		digest := hex.EncodeToString(sum[:])
		if i < len(applied) {
			if applied[i] != digest {
				return fmt.Errorf("%w: number %d", ErrMigrationChanged, i+1)
			}
			continue
		}
		if err := apply(c, i+1, script, digest); err != nil {
			return fmt.Errorf("commit: migration %d: %w", i+1, err)
		}
	}
	return nil
}

func digests(c *conn) (list []string, err error) {
	tx := &Tx{c: c, ctx: noContext, live: true}
	err = tx.Query(`SELECT version, digest FROM schema_version ORDER BY version`, func(r Row) error {
		if r.Int64(0) != int64(len(list)+1) {
			return fmt.Errorf("commit: schema_version has no line for version %d", len(list)+1)
		}
		list = append(list, r.Text(1))
		return nil
	})
	return list, err
}

func apply(c *conn, version int, script, digest string) error {
	if err := c.control(c.begin); err != nil {
		return err
	}
	err := c.exec(script)
	if err == nil && !c.inTransaction() {
		return fmt.Errorf("%w: a migration must not end its transaction", ErrQuery)
	}
	if err == nil {
		tx := &Tx{c: c, ctx: noContext, live: true}
		_, _, err = tx.Exec(`INSERT INTO schema_version (version, digest, applied) VALUES (?, ?, unixepoch())`, version, digest)
	}
	if err == nil {
		err = c.control(c.commit)
	}
	if err != nil {
		_ = c.abandon()
	}
	return err
}
