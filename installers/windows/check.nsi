; Compiled on any system by `makensis`, to see that the hooks are valid; what comes out is thrown away.
; The names around them are those of Tauri's own script.
!include LogicLib.nsh
!include "hooks.nsh"
Name "Rotunda"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Rotunda"
RequestExecutionLevel user
Var UpdateMode
Var DeleteAppDataCheckboxState

Section
  !insertmacro NSIS_HOOK_PREINSTALL
  WriteUninstaller "$INSTDIR\uninstall.exe"
SectionEnd

Function un.onInit
  StrCpy $UpdateMode 0
  StrCpy $DeleteAppDataCheckboxState 0
FunctionEnd

Section Uninstall
  !insertmacro NSIS_HOOK_PREUNINSTALL
  !insertmacro NSIS_HOOK_POSTUNINSTALL
SectionEnd
