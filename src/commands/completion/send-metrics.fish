# Completion of send-metrics for fish. In ~/.config/fish/config.fish: send-metrics completion fish | source
function __send_metrics_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~(?=/|$)' $HOME -- $words[1])
    set -e words[1]
    for line in ($program completion words -- $words "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            printf '%s\n' $line
        end
    end
end
complete -c send-metrics -f -a '(__send_metrics_words)'
