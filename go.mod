module shortfare

go 1.26

require (
	github.com/fiorix/go-smpp v0.0.0-20210403173735-2894b96e70ba
	github.com/mattn/go-sqlite3 v1.14.53
	github.com/spf13/viper v1.21.0
	go.uber.org/zap v1.27.0
	github.com/stretchr/testify v1.11.1
	github.com/mozillazg/go-pinyin v0.21.0
	golang.org/x/sync v0.17.0
	golang.org/x/text v0.29.0
	go.yaml.in/yaml/v3 v3.0.4
	github.com/prometheus/client_golang v1.23.2
	golang.org/x/sys v0.36.0
	golang.org/x/term v0.35.0
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
