; Inno Setup script: iscc packaging\windows\installer.iss, after python packaging\build.py
; Installs for the current user: no administrator rights are needed.
[Setup]
AppName=ipcsim
AppVersion=0.1.0
AppPublisher=The ipcsim authors
DefaultDirName={localappdata}\Programs\ipcsim
DefaultGroupName=ipcsim
PrivilegesRequired=lowest
OutputDir=..\..\dist
OutputBaseFilename=ipcsim-0.1.0-windows-setup
SetupIconFile=..\icons\ipcsim.ico
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes

[Files]
Source: "..\..\dist\ipcsim\*"; DestDir: "{app}"; Flags: recursesubdirs

[Icons]
Name: "{group}\ipcsim"; Filename: "{app}\ipcsim.exe"

[Registry]
Root: HKCU; Subkey: "Software\Classes\.ipcsim"; ValueType: string; ValueData: "ipcsim.recording"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\ipcsim.recording"; ValueType: string; ValueData: "ipcsim recording"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\ipcsim.recording\shell\open\command"; ValueType: string; ValueData: """{app}\ipcsim.exe"" open ""%1"""; Flags: uninsdeletekey
