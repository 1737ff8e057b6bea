#compdef send-metrics
# Completion of send-metrics for zsh. In ~/.zshrc: eval "$(send-metrics completion zsh)"
_send_metrics() {
    local program=${(Q)words[1]/#\~/$HOME} value about files
    local -a answers
    while IFS=$'\t' read -r value about; do
        if [[ $value == :files ]]; then
            files=1
        else
            answers+=("${value//:/\\:}${about:+:$about}")
        fi
    done < <("$program" completion words -- "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
    (( $#answers )) && _describe -t words 'send-metrics' answers
    [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _send_metrics ]]; then
    _send_metrics "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _send_metrics send-metrics
fi
